import { bookOf } from '#web/config/forms/book.ts'
import { referenceGrant } from './form.ts'
import { en } from './text-en.ts'
import { zhCN } from './text-zh-CN.ts'

export const referenceGrantBook = bookOf(referenceGrant, { en, 'zh-CN': zhCN })
