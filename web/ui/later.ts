import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { openTexts } from './language.ts'

/** What comes when it is first shown, together with its texts. */
export const later = <Props>(
  load: () => Promise<ComponentType<Props>>,
  ...texts: Parameters<typeof openTexts>[0][]
): LazyExoticComponent<ComponentType<Props>> =>
  lazy(async () => {
    const [shown] = await Promise.all([load(), ...texts.map(openTexts)])
    return { default: shown }
  })
