import { test as base } from '@playwright/test'
import { type Console, type Lab, startConsole, startLab } from './mesh.ts'

/** A lab of the `shop` preset and a console reading it, shared by the tests of one file. */
export const test = base.extend<{ consoleErrors: string[] }, { lab: Lab; weft: Console }>({
  lab: [
    async ({}, use) => {
      const lab = await startLab()
      await use(lab)
      await lab.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  weft: [
    async ({ lab }, use) => {
      const weft = await startConsole(lab)
      await use(weft)
      await weft.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  /** What the browser complained about: CSP reports, exceptions. Tests of whole journeys expect none. */
  consoleErrors: async ({ page }, use) => {
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await use(errors)
  },
  baseURL: async ({ weft }, use) => use(weft.url),
})

export { expect } from '@playwright/test'
