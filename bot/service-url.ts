/** Nothing in which two parsers could see two hosts: no user, backslash, escape, query or fragment. */
const SERVICE_URL = /^(https?):\/\/([a-z0-9.-]+(?::[0-9]{1,5})?)(?:\/[\w.~/-]*)?$/

const SERVICE_HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/

const LOOPBACK_WITH_PORT = /^(?:localhost|127\.0\.0\.1):[0-9]{1,5}$/

/**
 * Whether the bot may take an activity from, or send anything to, the service at this URL. The host, with its port if
 * it names one, must stand in `allowedHosts` exactly as written; the scheme must be https, or http where the allowed
 * host is a loopback address with its port. Ask again before sending: a stored address may be older than the list.
 */
export function safeServiceUrl(url: string, allowedHosts: readonly string[]): boolean {
  const [, scheme, host] = SERVICE_URL.exec(url) ?? []
  if (host === undefined || !allowedHosts.includes(host)) return false
  return scheme === 'https' || LOOPBACK_WITH_PORT.test(host)
}

/** Whether an entry of the list of allowed hosts can match at all: a plain host, no URL, wildcard or capitals. */
export const isServiceHost = (entry: string): boolean => SERVICE_HOST.test(entry)
