import type { Words } from '#web/config/forms/form.ts'
import { zhCNAttachment } from '#web/config/forms/attachment-text.ts'
import type { Texts } from './text-en.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const zhCN: Texts = {
  selector: zhCNAttachment.selector,
  mode: words('双向 TLS', '这些工作负载是否接受调用方的明文。'),
  strict: words('STRICT', '拒绝明文调用方。'),
  permissive: words('PERMISSIVE', '双向 TLS 与明文都接受：适合迁移期间，不宜长期使用。'),
  disable: words('DISABLE', '不提供双向 TLS：调用方发送明文。'),
  unset: words('UNSET', '沿用命名空间的设置，其次是网格的，再次为 PERMISSIVE。'),
  ports: words('按端口', '与上述模式不同的端口。'),
  port: words('端口', '工作负载监听的端口，可能与其 Service 的端口不同。'),
  portMode: words('该端口的双向 TLS', '该端口是否接受明文。'),
  noPort: '端口是 1 到 65535 的整数。',
}
