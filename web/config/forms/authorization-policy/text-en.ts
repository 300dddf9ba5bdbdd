import { enAttachment } from '#web/config/forms/attachment-text.ts'
import type { Words } from '#web/config/forms/form.ts'

const words = (label: string, help: string): Words => ({ label, help })

export const en = {
  ...enAttachment,
  action: words('Action', 'What happens to requests that a rule matches.'),
  allow: words('ALLOW', 'Whatever no rule matches is refused on these workloads.'),
  deny: words('DENY', 'Whatever a rule matches is refused, whatever else allows it.'),
  audit: words('AUDIT', 'Whatever a rule matches is noted down; nothing is refused.'),
  custom: words('CUSTOM', 'The provider decides about whatever a rule matches, before DENY and ALLOW.'),
  provider: words('Provider', 'The external authorizer, by its name in meshConfig.extensionProviders.'),
  rules: words('Rules', 'A request is matched if one rule matches it.'),
  rule: words('Rule', 'One more way to be matched.'),
  ruleTitle: (number: number) => `Rule ${number}`,
  from: words('From', 'Who calls. One of these sources has to fit.'),
  sourceTitle: (number: number) => `From ${number}`,
  to: words('To', 'What is called. One of these operations has to fit.'),
  operationTitle: (number: number) => `To ${number}`,
  when: words('When', 'A condition on the request; all of them have to hold.'),
  conditionTitle: (number: number) => `Condition ${number}`,
  key: words('Attribute', 'What is looked at: a header, a claim, an address.'),
  values: words('Values', 'It has one of these values.'),
  notValues: words('Not values', 'It has none of these values.'),
  source: {
    principals: words('From principals', 'Identities of service accounts, proven by mTLS.'),
    serviceAccounts: words('Service accounts', 'The same in short: namespace/name, proven by mTLS.'),
    namespaces: words('From namespaces', 'Namespaces of the caller’s identity, proven by mTLS.'),
    ipBlocks: words('From IP blocks', 'Addresses of whoever opened the connection, as CIDR.'),
    remoteIpBlocks: words(
      'Client IP blocks',
      'Addresses of the original client, from X-Forwarded-For or PROXY protocol.',
    ),
    requestPrincipals: words('Request principals', 'Issuer and subject of a valid token: issuer/subject.'),
    notPrincipals: words('Not principals', 'Any identity but these, and callers that have none.'),
    notServiceAccounts: words('Not service accounts', 'Any service account but these.'),
    notNamespaces: words('Not namespaces', 'Any namespace but these, and callers without identity.'),
    notIpBlocks: words('Not IP blocks', 'Any address but these.'),
    notRemoteIpBlocks: words('Not client IP blocks', 'Any original client but these.'),
    notRequestPrincipals: words('Not request principals', 'Any token but these, and requests without one.'),
  },
  operation: {
    ports: words('To ports', 'Ports the workload listens on, not those of the Service.'),
    methods: words('Methods', 'HTTP methods in capitals; of gRPC it is always POST.'),
    paths: words('Paths', 'Exact, /prefix*, *suffix, or with {*} and {**}; of gRPC /package.Service/Method.'),
    hosts: words('Hosts', 'The request’s Host, in any case of letters.'),
    notPorts: words('Not ports', 'Any port but these.'),
    notMethods: words('Not methods', 'Any method but these.'),
    notPaths: words('Not paths', 'Any path but these.'),
    notHosts: words('Not hosts', 'Any host but these.'),
  },
  noScheme: 'Principals are written without spiffe://.',
  noBlock: 'An address or a CIDR block is expected: 10.0.0.0/8.',
  noPort: 'A port is a number from 1 to 65535.',
  noMethod: 'Methods are compared in capitals.',
}
export type Texts = typeof en
