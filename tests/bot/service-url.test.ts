import { describe, expect, test } from '@jest/globals'
import { safeServiceUrl } from '../../bot/gate'
import { isServiceHost } from '../../bot/service-url'

const HOSTS = ['smba.trafficmanager.net', 'localhost:3980', '127.0.0.1:3981', 'teams.partner.example:8443']

describe('The bot sends to an address only if its host is on the list', () => {
  test.each([
    'https://smba.trafficmanager.net',
    'https://smba.trafficmanager.net/',
    'https://smba.trafficmanager.net/uk/',
    'https://smba.trafficmanager.net/emea/0b8e9d14-2c37-4a55-9a41-6f1d2e3c4b01/',
    'https://teams.partner.example:8443/v3/',
    'http://localhost:3980/_connector',
    'http://127.0.0.1:3981/_connector',
    'https://localhost:3980/',
  ])('%s: yes', (url) => {
    expect(safeServiceUrl(url, HOSTS)).toBe(true)
    expect(HOSTS).toContain(new URL(url).host)
  })

  test.each([
    '',
    'smba.trafficmanager.net',
    '//smba.trafficmanager.net/',
    'http://smba.trafficmanager.net/uk/',
    'http://teams.partner.example:8443/',
    'HTTPS://smba.trafficmanager.net/',
    'https:smba.trafficmanager.net',
    'https:/smba.trafficmanager.net',
    'https:///smba.trafficmanager.net/',
    'ftp://smba.trafficmanager.net/',
    'https://SMBA.trafficmanager.net/',
    'https://smba.trafficmanager.net./',
    'https://smba.trafficmanager.net:443/',
    'https://smba.trafficmanager.net:8443/',
    'https://smba.trafficmanager.net:/',
    'https://teams.partner.example/',
    'https://trafficmanager.net/',
    'https://evil.smba.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba-trafficmanager.net/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://smba.trafficmanager.net:443@evil.example/',
    'https://evil.example@smba.trafficmanager.net/',
    'https://smba.trafficmanager.net\\@evil.example/',
    'https://evil.example\\@smba.trafficmanager.net/',
    'https://evil.example#@smba.trafficmanager.net/',
    'https://evil.example?@smba.trafficmanager.net/',
    'https://evil.example/smba.trafficmanager.net/',
    'https://evil.example/https://smba.trafficmanager.net/',
    'https://smba.trafficmanager.net/uk/?next=evil',
    'https://smba.trafficmanager.net/uk/#evil',
    'https://smba.trafficmanager.net/%2e%2e/',
    'https://smba.trafficmanager.net%00.evil.example/',
    'https://smba.trafficmanager.net\u0000.evil.example/',
    'https://smba.traffic\tmanager.net/',
    'https://smba.trafficmanager.net/\n',
    ' https://smba.trafficmanager.net/',
    'https://smba。trafficmanager。net/',
    'https://ѕmba.trafficmanager.net/',
    'http://localhost/',
    'http://localhost:3981/',
    'http://[::1]:3980/',
    'http://2130706433:3981/',
    'http://0x7f.1:3981/',
    'http://localhost:3980@evil.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
  ])('%j: no', (url) => {
    expect(safeServiceUrl(url, HOSTS)).toBe(false)
  })

  test('an empty list allows nothing', () => {
    expect(safeServiceUrl('https://smba.trafficmanager.net/', [])).toBe(false)
  })

  test.each(HOSTS)('%s can stand on the list', (entry) => {
    expect(isServiceHost(entry)).toBe(true)
  })

  test.each(['', 'https://a.example', 'a.example/', '*.example', 'A.example', 'a@b.example', '.example', 'a.example.'])(
    '%j cannot stand on the list, because it would match nothing or too much',
    (entry) => {
      expect(isServiceHost(entry)).toBe(false)
    },
  )
})
