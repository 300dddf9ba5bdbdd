import { bookOf } from '#web/config/forms/book.ts'
import { destinationRuleForm } from './destination-rule.ts'
import { gatewayForm } from './gateway.ts'
import { enFormNetworking } from './text/en.ts'
import { zhCNFormNetworking } from './text/zh-CN.ts'
import { virtualServiceForm } from './virtual-service.ts'

const texts = { en: enFormNetworking, 'zh-CN': zhCNFormNetworking }

export const virtualServiceBook = bookOf(virtualServiceForm, texts)
export const destinationRuleBook = bookOf(destinationRuleForm, texts)
export const gatewayBook = bookOf(gatewayForm, texts)
