import type { OneOfField } from '#web/config/forms/form.ts'
import { namespaces } from '#web/config/forms/what-exists.ts'
import { namespaceName, objectName, path } from './checks.ts'
import { headerChanges, sharedDestinations } from './destination.ts'
import { words } from './suggestions.ts'
import type { NetworkingTexts } from './text/en.ts'

type Texts = NetworkingTexts

/** What happens to what fits: Istio takes exactly one of them. */
export const httpAction: OneOfField<Texts> = {
  type: 'oneOf',
  at: [],
  say: ({ route }) => route.action,
  cases: [
    {
      key: 'route',
      say: ({ route }) => route.route,
      value: [{ destination: { host: '' } }],
      fields: sharedDestinations([], [headerChanges(({ route }) => route.destinationHeaders)]),
    },
    {
      key: 'redirect',
      say: ({ route }) => route.redirect,
      value: {},
      fields: [
        { type: 'text', at: ['uri'], say: ({ route }) => route.redirectUri, check: path },
        { type: 'text', at: ['authority'], say: ({ route }) => route.redirectAuthority },
        { type: 'text', at: ['scheme'], say: ({ route }) => route.redirectScheme, suggest: words('https', 'http') },
        {
          type: 'number',
          at: ['redirectCode'],
          say: ({ route }) => route.redirectCode,
          min: 300,
          max: 399,
          absent: 301,
          suggest: words('301', '302', '303', '307', '308'),
        },
        {
          type: 'oneOf',
          at: [],
          say: ({ route }) => route.redirectPort,
          isOptional: true,
          isTucked: true,
          cases: [
            {
              key: 'port',
              say: ({ route }) => route.portNumber,
              value: 443,
              fields: [{ type: 'number', at: [], say: ({ route }) => route.redirectPort, min: 1, max: 65_535 }],
            },
            {
              key: 'derivePort',
              say: ({ route }) => route.derivePort,
              value: 'FROM_PROTOCOL_DEFAULT',
              fields: [
                {
                  type: 'choice',
                  at: [],
                  say: ({ route }) => route.derivePort,
                  options: [
                    { value: 'FROM_PROTOCOL_DEFAULT', say: ({ route }) => route.FROM_PROTOCOL_DEFAULT },
                    { value: 'FROM_REQUEST_PORT', say: ({ route }) => route.FROM_REQUEST_PORT },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    {
      key: 'directResponse',
      say: ({ route }) => route.directResponse,
      value: { status: 503 },
      fields: [
        { type: 'number', at: ['status'], say: ({ route }) => route.status, isRequired: true, min: 200, max: 599 },
        {
          type: 'oneOf',
          at: ['body'],
          say: ({ route }) => route.body,
          isOptional: true,
          cases: [
            {
              key: 'string',
              say: ({ route }) => route.bodyString,
              value: '',
              fields: [{ type: 'text', at: [], say: ({ route }) => route.body, isLong: true }],
            },
            {
              key: 'bytes',
              say: ({ route }) => route.bodyBytes,
              value: '',
              fields: [{ type: 'text', at: [], say: ({ route }) => route.body, isLong: true }],
            },
          ],
        },
      ],
    },
    {
      key: 'delegate',
      say: ({ route }) => route.delegate,
      value: { name: '' },
      fields: [
        { type: 'text', at: ['name'], say: ({ route }) => route.delegateName, isRequired: true, check: objectName },
        {
          type: 'text',
          at: ['namespace'],
          say: ({ route }) => route.delegateNamespace,
          suggest: namespaces,
          check: namespaceName,
        },
      ],
    },
  ],
}
