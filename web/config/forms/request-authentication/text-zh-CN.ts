import { zhCNAttachment } from '#web/config/forms/attachment-text.ts'
import type { Words } from '#web/config/forms/form.ts'
import type { Texts } from './text-en.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const zhCN: Texts = {
  ...zhCNAttachment,
  rules: words('令牌', '错误的令牌会被拒绝；没有令牌的请求会放行，除非 AuthorizationPolicy 要求令牌。'),
  rule: words('令牌签发者', '再加一个受信任的签发者。'),
  ruleTitle: number => `签发者 ${number}`,
  issuer: words('签发者', '令牌的 iss 声明须与此逐字相同。'),
  keys: words('密钥', '用于验证签名；不填则通过签发者的 OpenID 发现机制获取。'),
  jwksUri: words('密钥集地址', '公钥的 http 或 https 地址，由 istiod 获取。'),
  jwks: words('内联密钥集', '以 JSON Web Key Set 直接写入公钥；不会自动轮换。'),
  jwksUriOld: words('密钥集地址（jwks_uri）', 'jwksUri 的旧名称。'),
  audiences: words('受众', '令牌的 aud 声明须包含其中之一；不填则服务名称即可。'),
  fromHeaders: words('来自标头', '在何处查找令牌；标头、参数、Cookie 均不填时为 Authorization 与 access_token。'),
  headerTitle: number => `标头 ${number}`,
  bearer: words('Authorization: Bearer', '令牌通常所在的位置。'),
  ownHeader: words('其他标头', '自定义的标头。'),
  headerName: words('标头', '携带令牌的标头名称。'),
  prefix: words('前缀', '令牌之前要去掉的内容，含空格：“Bearer ”。'),
  fromParams: words('来自参数', '可能携带令牌的查询参数。'),
  fromCookies: words('来自 Cookie', '可能携带令牌的 Cookie。'),
  forward: words('转发令牌', '工作负载也会收到令牌；否则代理会将其移除。'),
  payload: words('载荷写入标头', '工作负载通过此标头收到令牌的载荷（base64url）。'),
  claims: words('声明写入标头', '有效令牌的这些声明会作为标头交给工作负载。'),
  claimToHeader: words('声明写入标头', '再加一个写入标头的声明。'),
  claimTitle: number => `声明 ${number}`,
  claim: words('声明', '声明的名称；用点进入内层：realm.role。只支持文本、数字和布尔值。'),
  claimHeader: words('写入标头', '要写入的标头；调用方发送的同名标头会被覆盖。'),
  spaced: words('以空格分隔的声明', '除 scope 与 permission 外，按空格拆分为多个词的声明。'),
  timeout: words('超时', '获取密钥的最长时间。'),
  noUrl: '需要以 http:// 或 https:// 开头的地址。',
  noHeader: '这不是标头名称：不能含空格和冒号。',
  noClaimHeader: '此处只能用字母、数字、- 和 _。',
  noKeySet: '这不是 JSON Web Key Set：{ "keys": [ … ] }。',
  noKeys: '密钥集中没有密钥：所有令牌都会被拒绝。',
  privateKey: '此密钥集含有私钥或对称密钥，能读取此对象的人都可以伪造令牌：请只填写公钥。',
}
