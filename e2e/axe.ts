import { AxeBuilder } from '@axe-core/playwright'
import { type Page, test } from '@playwright/test'

/**
 * What axe finds on a page, or in a part of it, once nothing moves any more: a colour on its way to another has a contrast
 * that nobody sees.
 */
export async function violations(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(async () => {
    // A change of colours begins to move with the next picture, not at once; and one movement may begin another.
    const picture = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const moving = () =>
      document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    // One that was taken over by another may never say that it is done.
    const patience = () => new Promise(resolve => setTimeout(resolve, 1000))
    await picture()
    for (let round = 0; round < 20 && moving().length > 0; round++) {
      await Promise.race([Promise.allSettled(moving().map(({ finished }) => finished)), patience()])
      await picture()
    }
  })
  const { violations: found } = await new AxeBuilder({ page }).include(part).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
}

/** What axe finds in light or in dark, without loading the page again: what is open stays open. */
export async function violationsInLightAndDark(page: Page, part = 'html'): Promise<string[]> {
  const found: string[] = []
  // A look at a page is seconds of work, more where the machine is busy: each pair has its own time.
  test.setTimeout(test.info().timeout + 30_000)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const language = await page.locator('html').getAttribute('lang')
    found.push(...(await violations(page, part)).map(violation => `${colorScheme}, ${language}: ${violation}`))
    if (process.env['WEFT_SHOTS']) await shoot(page, `${colorScheme}-${language}`)
  }
  return found
}

/** The same in English and in Chinese. Leaves the page in English. */
export async function violationsInEveryFace(page: Page, part = 'html'): Promise<string[]> {
  const found = await violationsInLightAndDark(page, part)
  await speak(page, 'zh-CN')
  found.push(...(await violationsInLightAndDark(page, part)))
  await speak(page, 'en')
  return found
}

/** Chooses a language as another tab of the same browser would. */
async function speak(page: Page, language: 'en' | 'zh-CN'): Promise<void> {
  await page.evaluate(newValue => {
    localStorage.setItem('weft.language', newValue)
    dispatchEvent(new StorageEvent('storage', { key: 'weft.language', newValue }))
  }, language)
  await page.waitForFunction(wanted => document.documentElement.lang === wanted, language)
}

/** For whoever wants to look: WEFT_SHOTS names a folder. */
async function shoot(page: Page, face: string): Promise<void> {
  const name = new URL(page.url()).pathname.replaceAll('/', '-').slice(1) || 'overview'
  await page.screenshot({ path: `${process.env['WEFT_SHOTS']}/${name}-${face}-${Date.now()}.png` })
}
