import type { AttachmentTexts } from './attachment.ts'

export const enAttachment: AttachmentTexts = {
  selector: {
    label: 'Applies to',
    help: 'Workloads that carry all these labels. None: the whole namespace, or the mesh if this is the root namespace.',
  },
  targetRefs: {
    label: 'Attached to',
    help: 'Gateways, Services or ServiceEntries whose gateway or waypoint does this.',
  },
  gatewayTarget: { label: 'Gateway', help: 'A gateway or waypoint of this namespace.' },
  serviceTarget: { label: 'Service', help: 'A Service of this namespace that has a waypoint.' },
  serviceEntryTarget: { label: 'ServiceEntry', help: 'A ServiceEntry of this namespace that has a waypoint.' },
  targetRef: {
    label: 'Attached to (targetRef)',
    help: 'The older way to say one target; targetRefs takes several.',
  },
  targetTitle: number => `Target ${number}`,
  refKind: { label: 'Target kind', help: 'Gateway, GatewayClass, Service or ServiceEntry.' },
  refGroup: { label: 'Target group', help: 'The API group of the kind; empty for a Service.' },
  refName: { label: 'Target name', help: 'Which one, by its name.' },
  refNamespace: { label: 'Target namespace', help: 'Istio takes only the object’s own; leave it out.' },
}

export const zhCNAttachment: AttachmentTexts = {
  selector: {
    label: '应用于',
    help: '带有全部这些标签的工作负载；不填则为整个命名空间，若在根命名空间则为整个网格。',
  },
  targetRefs: { label: '附加到', help: '由这些 Gateway、Service 或 ServiceEntry 的网关或 waypoint 执行。' },
  gatewayTarget: { label: 'Gateway', help: '本命名空间的网关或 waypoint。' },
  serviceTarget: { label: 'Service', help: '本命名空间中使用 waypoint 的 Service。' },
  serviceEntryTarget: { label: 'ServiceEntry', help: '本命名空间中使用 waypoint 的 ServiceEntry。' },
  targetRef: { label: '附加到（targetRef）', help: '只能写一个目标的旧写法；targetRefs 可写多个。' },
  targetTitle: number => `目标 ${number}`,
  refKind: { label: '目标类型', help: 'Gateway、GatewayClass、Service 或 ServiceEntry。' },
  refGroup: { label: '目标 API 组', help: '该类型的 API 组；Service 留空。' },
  refName: { label: '目标名称', help: '目标对象的名称。' },
  refNamespace: { label: '目标命名空间', help: 'Istio 只接受对象自身的命名空间，无需填写。' },
}
