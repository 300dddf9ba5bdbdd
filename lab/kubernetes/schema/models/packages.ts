import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const { resolve } = createRequire(import.meta.url)

/** Where a package lies: its files are read, not imported. */
export const packageFolder = (name: string): string => dirname(resolve(`${name}/package.json`))
