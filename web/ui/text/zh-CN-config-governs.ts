import type { Text } from './en.ts'
import type { governs as english } from './en-config-governs.ts'

export const governs: Text<typeof english> = {
  name: '作用于它的对象',
  object: '对象',
  why: '为何适用',
  host: '针对主机',
  workload: '选中了工作负载',
  namespace: '对其整个命名空间有效',
  mesh: '对整个网格有效',
  met: '此跳遇到的对象',
  metNone: '没有您可以列出的：没有关于其去处的对象，或跨度没有说明。',
  metSign: '{{sign}} 由此类对象引起',
  atCaller: '在调用方',
  none: '没有您可以列出的网格对象作用于它。',
  more_other: '还有 {{count}} 个对象',
}
