import { bookOf } from '#web/config/forms/book.ts'
import { peerAuthentication } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const peerAuthenticationBook = bookOf(peerAuthentication, { en, 'zh-CN': zhCN })
