import { zhCNFormChecks } from '#web/config/forms/networking/text/zh-CN-checks.ts'
import type { GatewayApiTexts } from './en.ts'
import { zhCNFormKubernetesGateway } from './zh-CN-gateway.ts'
import { zhCNFormKubernetesRoute } from './zh-CN-route.ts'

export const zhCNFormGatewayApi: GatewayApiTexts = {
  check: zhCNFormChecks,
  route: zhCNFormKubernetesRoute,
  gateway: zhCNFormKubernetesGateway,
}
