import { record, text } from '#shared/config/world/read.ts'
import type { Path } from '#shared/mesh/object.ts'
import type { Field, Form } from '#web/config/forms/form.ts'
import { address, objectName } from '#web/config/forms/networking/checks.ts'
import { words } from '#web/config/forms/networking/suggestions.ts'
import { allowedNamespaces } from './allowed.ts'
import { gatewayTls } from './gateway-tls.ts'
import { listeners, secrets } from './listeners.ts'
import { objectRef } from './object-ref.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts

const pairs = (at: Path, say: Field<Texts>['say']): Field<Texts> => ({ type: 'pairs', at, say })

/** Gateway API, Gateway. */
export const kubernetesGatewayForm: Form<Texts> = {
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  fields: [
    {
      type: 'text',
      at: ['spec', 'gatewayClassName'],
      say: ({ gateway }) => gateway.gatewayClassName,
      isRequired: true,
      suggest: words('istio', 'istio-waypoint', 'istio-remote', 'istio-east-west'),
      check: objectName,
    },
    listeners,
    {
      type: 'list',
      at: ['spec', 'addresses'],
      say: ({ gateway }) => gateway.addresses,
      joined: 'none',
      add: [{ say: ({ gateway }) => gateway.addAddress, value: { type: 'IPAddress', value: '' } }],
      title: entry => text(record(entry)['value']) || text(record(entry)['type']) || '…',
      item: [
        {
          type: 'choice',
          at: ['type'],
          say: ({ gateway }) => gateway.addressType,
          absent: 'IPAddress',
          options: [
            { value: 'IPAddress', say: ({ gateway }) => gateway.IPAddress },
            { value: 'Hostname', say: ({ gateway }) => gateway.Hostname },
          ],
        },
        { type: 'text', at: ['value'], say: ({ gateway }) => gateway.addressValue, check: address },
      ],
    },
    {
      type: 'group',
      at: ['spec', 'infrastructure'],
      say: ({ gateway }) => gateway.infrastructure,
      fields: [
        pairs(['labels'], ({ gateway }) => gateway.labels),
        pairs(['annotations'], ({ gateway }) => gateway.annotations),
        {
          type: 'group',
          at: ['parametersRef'],
          say: ({ gateway }) => gateway.parametersRef,
          fields: objectRef([], { kind: 'ConfigMap', isSaid: true }).filter(({ at }) => !at.includes('namespace')),
        },
      ],
    },
    gatewayTls(secrets),
    {
      type: 'group',
      at: ['spec', 'allowedListeners'],
      say: ({ gateway }) => gateway.allowedListeners,
      fields: allowedNamespaces('None'),
    },
    {
      type: 'choice',
      at: ['spec', 'defaultScope'],
      say: ({ gateway }) => gateway.defaultScope,
      isTucked: true,
      absent: 'None',
      options: [
        { value: 'None', say: ({ gateway }) => gateway.no },
        { value: 'All', say: ({ gateway }) => gateway.yes },
      ],
    },
  ],
}
