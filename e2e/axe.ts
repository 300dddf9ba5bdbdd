import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

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
    await picture()
    for (let round = 0; round < 20 && moving().length > 0; round++) {
      await Promise.allSettled(moving().map(({ finished }) => finished))
      await picture()
    }
  })
  const { violations: found } = await new AxeBuilder({ page }).include(part).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)
}
