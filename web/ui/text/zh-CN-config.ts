import type { Text } from './en.ts'
import type { enConfig } from './en-config.ts'
import { editor } from './zh-CN-config-editor.ts'
import { form } from './zh-CN-config-form.ts'
import { history } from './zh-CN-config-history.ts'
import { governs } from './zh-CN-config-governs.ts'
import { guards } from './zh-CN-config-guards.ts'
import { intents } from './zh-CN-config-intents.ts'
import { list } from './zh-CN-config-list.ts'
import { object } from './zh-CN-config-object.ts'

/** 配置页的文本，随页面载入。Kubernetes 与 Istio 的术语、对象名保持原文。 */
export const zhCNConfig: Text<typeof enConfig> = { editor, form, history, governs, guards, intents, list, object }
