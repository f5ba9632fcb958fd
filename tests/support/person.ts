import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'

const SCREENSHOTS = join(__dirname, '..', '..', '.screenshots')
const SIZES = { desktop: { width: 1200, height: 900 }, phone: { width: 360, height: 780 } } as const

export type Size = keyof typeof SIZES

/** In the page: whether the newest card is the same element, with the same words, as at the last look. */
function lastIsAsBefore(): boolean {
  const cards = document.querySelectorAll<HTMLElement>('.ac-adaptiveCard')
  const last = cards[cards.length - 1]
  const seen = window as { seenCard?: Element | undefined; seenText?: string | undefined }
  const alike = seen.seenCard === last && seen.seenText === last?.textContent
  Object.assign(seen, { seenCard: last, seenText: last?.textContent })
  return alike
}

/** One person at one screen, with everything they do counted. */
export class Person {
  presses = 0
  ticks = 0
  typed = 0
  /** Whether the newest card may still be drawn anew, because of something that they did. */
  private restless = false

  constructor(
    readonly page: Page,
    readonly size: Size,
    /** What they are called. */
    readonly name: string,
  ) {}

  /** @param address of the start page's way to their chat; it ends in what they are called */
  static async open(browser: Browser, address: string, size: Size): Promise<Person> {
    const page = await browser.newPage({ viewport: SIZES[size] })
    await page.goto(address)
    await page.getByText('Sample data: nobody here is real').first().waitFor({ timeout: 30_000 })
    // The Playground's own log covers a narrow chat; its cross has no name.
    const log = page.getByText('Log Panel').locator('xpath=ancestor::*[.//button][1]').getByRole('button').last()
    if (size === 'phone' && (await log.isVisible())) await log.click()
    const called = basename(address)
      .split('-')
      .slice(1)
      .map((part) => part[0]!.toUpperCase() + part.slice(1))
    return new Person(page, size, called.join(' '))
  }

  /** The Playground draws each card 450 px wide, in a pane wider than a phone; Teams gives a card the width there is. */
  private async fitToPhone(): Promise<void> {
    if (this.size !== 'phone') return
    await this.page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>('html, body, div, main, section')) {
        element.scrollLeft = 0
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
    await this.still()
    await this.click(this.page.getByRole('button', { name, exact: true }).last())
    this.presses += 1
  }

  private async click(part: Locator): Promise<void> {
    await part.click()
    this.restless = true
  }

  /** Waits until the newest card stays as it is: what is typed into one that is drawn anew is lost. People are slower. */
  private async still(): Promise<void> {
    if (!this.restless) return
    for (let alike = 0, looks = 0; alike < 4 && looks < 50; looks++) {
      await pause(100)
      alike = (await this.page.evaluate(lastIsAsBefore)) ? alike + 1 : 0
    }
    this.restless = false
  }

  /** Presses until this can be read: the Playground loses a press when it draws the card anew at that moment. */
  async pressFor(name: string, text: RegExp): Promise<void> {
    for (let press = 1; press <= 3; press++) {
      await this.press(name)
      const seen = this.page.getByText(text).last().waitFor({ timeout: 6_000 })
      if (
        await seen.then(
          () => true,
          () => false,
        )
      )
        return
    }
    await this.sees(text)
  }

  async say(text: string): Promise<void> {
    const box = this.page
      .getByPlaceholder(/Type a message/)
      .or(this.page.getByRole('textbox'))
      .last()
    await box.fill(text)
    await box.press('Enter')
    this.restless = true
    this.typed += 1
  }

  /** Opens a row of a list, which is pressed as a whole. */
  async openRow(title: RegExp): Promise<void> {
    await this.click(this.page.getByText(title).last())
    this.presses += 1
  }

  async tick(): Promise<void> {
    await this.still()
    await this.page.getByRole('checkbox').last().check({ force: true })
    this.ticks += 1
  }

  async choose(name: string): Promise<void> {
    await this.still()
    await this.page.getByRole('radio', { name, exact: true }).last().check({ force: true })
    this.ticks += 1
  }

  /** Chooses from a list that opens. */
  async pick(part: string): Promise<void> {
    await this.still()
    await this.page.getByRole('combobox').last().click()
    await this.page.getByRole('option').filter({ hasText: part }).first().click()
    this.ticks += 1
  }

  private forms(): Locator {
    const cancel = this.page.getByRole('button', { name: 'Cancel', exact: true })
    return this.page.locator('.ac-adaptiveCard').filter({ has: cancel })
  }

  /** The form that waits for them, though something may have come after it; else the newest card. */
  private async form(): Promise<Locator> {
    const forms = this.forms()
    return (await forms.count()) > 0 ? forms.last() : this.page.locator('.ac-adaptiveCard').last()
  }

  /** Fills in whatever the form asks: a text wherever nothing is typed, every tick, one of each choice. */
  async fillLast(text: string): Promise<void> {
    await this.still()
    const card = await this.form()
    for (const box of text ? await card.getByRole('textbox').all() : [])
      if ((await box.inputValue()) === '') await box.fill(text)
    for (const list of await card.getByRole('combobox').all()) {
      if ((await list.inputValue().catch(() => list.textContent())) !== '') continue
      await list.click()
      await this.page.getByRole('option').last().click()
    }
    for (const tick of await card.getByRole('checkbox').all()) await tick.check({ force: true })
    for (const group of await card.getByRole('radiogroup').all())
      await group.getByRole('radio').first().check({ force: true })
  }

  /** Presses, on the form, the first of these buttons that it has. */
  async pressFirstOf(names: readonly string[]): Promise<void> {
    await this.still()
    const card = await this.form()
    for (const name of names) {
      const button = card.getByRole('button', { name, exact: true })
      if (name && (await button.count()) > 0) return this.click(button.last())
    }
    await this.click(card.getByRole('button').first())
  }

  /** Presses the button if the newest card has it. */
  async pressIfThere(name: RegExp): Promise<boolean> {
    await this.still()
    const button = this.page.locator('.ac-adaptiveCard').last().getByRole('button', { name })
    if ((await button.count()) === 0) return false
    await this.click(button.last())
    return true
  }

  /** Whether a form waits for them. */
  async isAsked(): Promise<boolean> {
    await this.still()
    return (await this.forms().count()) > 0
  }

  /** What they did so far. */
  get counts() {
    const { presses, ticks, typed } = this
    return { presses, ticks, typed }
  }

  async type(label: RegExp, text: string): Promise<void> {
    await this.still()
    await this.page.getByLabel(label).last().fill(text)
    this.typed += 1
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).last().waitFor({ timeout: 20_000 })
  }

  private async cutOff(): Promise<(string | null)[]> {
    await this.fitToPhone()
    const cards = this.page.locator('.ac-adaptiveCard')
    return cards.evaluateAll((all) =>
      all
        .flatMap((card) => [card, ...card.querySelectorAll('button, p, input, textarea')])
        .filter((part) => part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.textContent),
    )
  }

  /** Takes a picture, and sees to it that no card is cut at the side. */
  async photograph(name: string): Promise<void> {
    await this.still()
    let cut = await this.cutOff()
    // A card that arrived meanwhile is as the Playground draws it.
    if (cut.length > 0) cut = await this.cutOff()
    mkdirSync(SCREENSHOTS, { recursive: true })
    await this.page.screenshot({ path: join(SCREENSHOTS, `${this.size}-${name}.png`) })
    expect(cut).toEqual([])
  }
}
