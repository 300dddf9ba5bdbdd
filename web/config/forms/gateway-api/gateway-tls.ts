import { number, record, text } from '#shared/config/world/read.ts'
import type { Field, GroupField, Suggest } from '#web/config/forms/form.ts'
import { joined } from '#web/config/forms/networking/titles.ts'
import { objectRef } from './object-ref.ts'
import type { GatewayApiTexts } from './text/en.ts'

type Texts = GatewayApiTexts

/** Gateway API, FrontendTLSValidation: which certificates of callers are taken. */
const validation = (...above: readonly string[]): readonly Field<Texts>[] => [
  {
    type: 'list',
    at: [...above, 'validation', 'caCertificateRefs'],
    say: ({ gateway }) => gateway.caCertificateRefs,
    joined: 'none',
    add: [{ say: ({ gateway }) => gateway.addCa, value: { group: '', kind: 'ConfigMap', name: '' } }],
    title: entry => joined([text(record(entry)['namespace']), text(record(entry)['name']) || '…'], '/'),
    item: objectRef([], { kind: 'ConfigMap', isSaid: true }),
  },
  {
    type: 'choice',
    at: [...above, 'validation', 'mode'],
    say: ({ gateway }) => gateway.validationMode,
    absent: 'AllowValidOnly',
    options: [
      { value: 'AllowValidOnly', say: ({ gateway }) => gateway.AllowValidOnly },
      { value: 'AllowInsecureFallback', say: ({ gateway }) => gateway.AllowInsecureFallback },
    ],
  },
]

/** Gateway API, GatewayTLSConfig: for the whole gateway, towards backends and callers. */
export const gatewayTls = (secrets: Suggest): GroupField<Texts> => ({
  type: 'group',
  at: ['spec', 'tls'],
  say: ({ gateway }) => gateway.gatewayTls,
  fields: [
    {
      type: 'group',
      at: ['backend', 'clientCertificateRef'],
      say: ({ gateway }) => gateway.clientCertificateRef,
      fields: objectRef([], { suggest: secrets }),
    },
    {
      type: 'group',
      at: ['frontend'],
      say: ({ gateway }) => gateway.frontend,
      fields: [
        {
          type: 'group',
          at: ['default'],
          say: ({ gateway }) => gateway.frontendDefault,
          isRequired: true,
          empty: {},
          fields: validation(),
        },
        {
          type: 'list',
          at: ['perPort'],
          say: ({ gateway }) => gateway.perPort,
          joined: 'none',
          add: [{ say: ({ gateway }) => gateway.addPerPort, value: { port: 443, tls: {} } }],
          title: entry => `:${number(record(entry)['port']) ?? '…'}`,
          item: [
            { type: 'number', at: ['port'], say: ({ gateway }) => gateway.port, isRequired: true, min: 1, max: 65_535 },
            ...validation('tls'),
          ],
        },
      ],
    },
  ],
})
