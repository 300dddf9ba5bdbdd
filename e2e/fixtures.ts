import { test as base } from '@playwright/test'
import { asFound } from './kubectl.ts'
import { type Console, type Lab, startConsole, startLab } from './mesh.ts'

/** A lab of the `shop` preset and a console reading it, shared by the tests of one file. */
export const test = base.extend<{ consoleErrors: string[] }, { labFlags: string[]; lab: Lab; weft: Console }>({
  /** What the lab is told beside its preset. */
  labFlags: [[], { scope: 'worker', option: true }],
  lab: [
    async ({ labFlags }, provide) => {
      const lab = await startLab({ more: labFlags })
      await provide(lab)
      await lab.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  weft: [
    async ({ lab }, provide) => {
      const weft = await startConsole(lab)
      await provide(weft)
      await weft.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  /** What the browser complained about: CSP reports, exceptions. Tests of whole journeys expect none. */
  consoleErrors: async ({ page }, provide) => {
    const errors: string[] = []
    page.on('pageerror', error => errors.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
    })
    await provide(errors)
  },
  baseURL: async ({ weft }, provide) => provide(weft.url),
})

/** Files share a lab, and each finds it as the scenario made it: these objects, `kind/namespace/name`, are given back. */
export function leaveAsFound(on: Pick<typeof test, 'beforeAll' | 'afterAll'>, ...names: string[]): void {
  let giveBack = async () => {}
  on.beforeAll(async ({ lab }) => {
    giveBack = await asFound(lab.kubeconfig, ...names)
  })
  on.afterAll(() => giveBack())
}

export { expect } from '@playwright/test'
