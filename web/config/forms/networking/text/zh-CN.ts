import type { NetworkingTexts } from './en.ts'
import { zhCNFormChecks } from './zh-CN-checks.ts'
import { zhCNFormGateway } from './zh-CN-gateway.ts'
import { zhCNFormPolicy } from './zh-CN-policy.ts'
import { zhCNFormRoute } from './zh-CN-route.ts'

export const zhCNFormNetworking: NetworkingTexts = {
  check: zhCNFormChecks,
  route: zhCNFormRoute,
  policy: zhCNFormPolicy,
  gateway: zhCNFormGateway,
}
