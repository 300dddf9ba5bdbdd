import type { Words } from '#web/config/forms/form.ts'
import type { Texts } from './text-en.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const zhCN: Texts = {
  from: words('来源', '谁可以引用本命名空间的对象；满足其一即可。'),
  fromTitle: which => `来源 ${which}`,
  httpRoutes: words('HTTPRoute', '某个命名空间的路由，可将请求发往此处。'),
  grpcRoutes: words('GRPCRoute', '某个命名空间的路由，可将 gRPC 发往此处。'),
  gateways: words('Gateway', '某个命名空间的网关，可使用保存在此处的证书。'),
  namespace: words('对方命名空间', '另一个命名空间；不支持通配符。'),
  to: words('目的', '可以引用什么；满足其一即可。'),
  toTitle: which => `目的 ${which}`,
  services: words('Service', '路由可以发送请求的后端。'),
  secrets: words('Secret', '网关可以使用的证书。'),
  name: words('名称', '仅限这一个；不填则为本命名空间中该类型的所有对象，包括以后新增的。'),
  kind: words('类型', '与清单中一致：HTTPRoute、Service。'),
  group: words('API 组', '该类型的 API 组；Service 与 Secret 属于核心组，留空。'),
  noNamespace: '这不是命名空间的名称：只能含小写字母、数字和连字符。',
  noKind: '这不是类型：由字母、数字和连字符组成，例如 HTTPRoute。',
  noGroup: '这不是 API 组：小写的域名，例如 gateway.networking.k8s.io。',
  coreGroup: '核心组应留空，而不是写“core”：否则什么也不会授权。',
}
