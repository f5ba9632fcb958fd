import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'

const ROOT = join(__dirname, '..', '..')
const SCREENSHOTS = join(ROOT, '.screenshots')
const START_PAGE = 'http://localhost:3979'
const SIZES = { desktop: { width: 1200, height: 900 }, phone: { width: 360, height: 780 } } as const

let started: ChildProcess
let browser: Browser
const folder = mkdtempSync(join(tmpdir(), 'casekeeper-e2e-'))

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const environment = { ...process.env, CASEKEEPER_DATA: folder, CASEKEEPER_DEV_CLOCK: '2026-11-24T10:00:00Z' }
  started = spawn('npm', ['start'], { cwd: ROOT, env: environment })
  await new Promise<void>((resolve, reject) => {
    started.stdout!.on('data', (chunk: Buffer) => chunk.includes('is ready') && resolve())
    started.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
  })
  const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync']
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quiet })
})
afterAll(async () => {
  await browser?.close()
  const ended = new Promise((resolve) => started.once('exit', resolve))
  started.kill('SIGTERM')
  await ended
  await expectNothingLeft()
  rmSync(folder, { recursive: true, force: true })
})

/** npm ends at once; what it started ends by itself. */
async function expectNothingLeft(): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const answers = await fetch(START_PAGE).then(
      () => true,
      () => false,
    )
    if (!answers) return
    await pause(500)
  }
  throw new Error('npm start was ended, and something of it still runs')
}

/** One person at one screen, with everything they do counted. */
class Person {
  presses = 0
  ticks = 0
  typed = 0

  constructor(
    readonly page: Page,
    private readonly size: string,
  ) {}

  static async open(slug: string, size: keyof typeof SIZES): Promise<Person> {
    const page = await browser.newPage({ viewport: SIZES[size] })
    await page.goto(`${START_PAGE}/open/${slug}`)
    await page.getByText('Sample data: nobody here is real').first().waitFor({ timeout: 30_000 })
    // The Playground's own log covers a narrow chat; its cross has no name.
    const log = page.getByText('Log Panel').locator('xpath=ancestor::*[.//button][1]').getByRole('button').last()
    if (size === 'phone' && (await log.isVisible())) await log.click()
    return new Person(page, size)
  }

  /** The Playground draws each card 450 px wide, in a pane wider than a phone; Teams gives a card the width there is. */
  private async fit(): Promise<void> {
    if (this.size !== 'phone') return
    await this.page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>('div')) {
        const { minWidth, marginRight } = getComputedStyle(element)
        if (Number.parseInt(minWidth, 10) >= 400) element.style.minWidth = '0'
        if (marginRight === '100px') element.style.marginRight = '0'
      }
      for (const panel of document.querySelectorAll<HTMLElement>('.ac-preview-panel')) {
        const card = panel.closest<HTMLElement>('.fai-OutputCard')!
        card.style.width = `${innerWidth - card.getBoundingClientRect().left}px`
        panel.parentElement!.style.width = '100%'
      }
    })
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).last().click()
    this.presses += 1
  }

  async tick(): Promise<void> {
    await this.page.getByRole('checkbox').last().check({ force: true })
    this.ticks += 1
  }

  async answer(name: 'Yes' | 'No'): Promise<void> {
    await this.page.getByRole('radio', { name, exact: true }).last().check({ force: true })
    this.ticks += 1
  }

  async type(label: RegExp, text: string): Promise<void> {
    await this.page.getByLabel(label).last().fill(text)
    this.typed += 1
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).last().waitFor({ timeout: 20_000 })
  }

  /** Takes a picture, and sees to it that no card is cut at the side. */
  async photograph(name: string): Promise<void> {
    await this.fit()
    const cards = this.page.locator('.ac-adaptiveCard')
    const cut = await cards.evaluateAll((all) =>
      all
        .flatMap((card) => [card, ...card.querySelectorAll('button, p, input, textarea')])
        .filter((part) => part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.textContent),
    )
    await this.page.screenshot({ path: join(SCREENSHOTS, `${this.size}-${name}.png`) })
    expect(cut).toEqual([])
  }
}

describe.each(['desktop', 'phone'] as const)('The main job in a browser, %s', (size) => {
  test('an Assistant takes a call, a Coordinator accepts the case and writes the first note', async () => {
    const assistant = await Person.open('cardiff-robin-example', size)
    await assistant.photograph('1-home')
    await assistant.press('New enquiry')
    await assistant.press('Telephone')
    await assistant.press('Yes: advice is needed')
    const script: [RegExp, 'Yes' | 'No' | null][] = [
      [/Step 1 of 5/, null],
      [/Step 2 of 5/, 'Yes'],
      [/Step 3 of 5/, null],
      [/Step 4 of 5/, 'No'],
    ]
    for (const [progress, answer] of script) {
      await assistant.sees(progress)
      await assistant.tick()
      if (answer) await assistant.answer(answer)
      if (answer === 'No') await assistant.photograph('2-script')
      await assistant.press('Go on')
    }
    await assistant.type(/^Name/, 'Quinn Invented')
    await assistant.type(/^Student number/, '1234567')
    await assistant.type(/^Reason/, 'A letter about a module mark')
    await assistant.photograph('3-details')
    await assistant.press('Open the case')
    await assistant.sees(/is next on the rota/)
    await assistant.photograph('4-proposal')
    const proposed = await assistant.page
      .getByText(/is next on the rota/)
      .last()
      .textContent()
    await assistant.press('Offer the case')
    await assistant.sees(/is offered to/)
    await assistant.photograph('5-offered')

    const slug = proposed!.includes('Ada') ? 'cardiff-ada-sample' : 'cardiff-bo-specimen'
    const coordinator = await Person.open(slug, size)
    await coordinator.sees('New case for you')
    await coordinator.photograph('6-allocation-card')
    await coordinator.press('Accept case')
    await coordinator.sees(/accepted by/)
    await coordinator.press('Open the case')
    await coordinator.sees(/Quinn Invented 1234567 OPEN/)
    await coordinator.photograph('7-case')
    await coordinator.press('Add a note')
    await coordinator.type(/^What was said/, 'Explained the appeal form.')
    await coordinator.press('Save')
    await coordinator.sees(/Note saved/)
    await coordinator.photograph('8-note-saved')

    const counts = [assistant, coordinator].map(({ presses, ticks, typed }) => ({ presses, ticks, typed }))
    process.stdout.write(`${size}: ${JSON.stringify(counts)}\n`)
    expect(counts).toEqual([
      { presses: 9, ticks: 6, typed: 3 },
      { presses: 4, ticks: 0, typed: 1 },
    ])
  })
})
