import type { Words } from '#web/config/forms/form.ts'
import { enAttachment } from '#web/config/forms/attachment-text.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const en = {
  selector: enAttachment.selector,
  mode: words('Mutual TLS', 'Whether these workloads take plaintext from callers.'),
  strict: words('STRICT', 'Plaintext callers are refused.'),
  permissive: words('PERMISSIVE', 'Both mutual TLS and plaintext are taken: for moving over, not for staying.'),
  disable: words('DISABLE', 'Mutual TLS is not offered: callers send plaintext.'),
  unset: words('UNSET', 'As the namespace says, else the mesh, else PERMISSIVE.'),
  ports: words('By port', 'Ports that differ from the mode above.'),
  port: words('Port', 'The port the workload listens on, which may differ from its Service’s.'),
  portMode: words('Mutual TLS of the port', 'Whether this port takes plaintext.'),
  noPort: 'A port is a whole number from 1 to 65535.',
}
export type Texts = typeof en
