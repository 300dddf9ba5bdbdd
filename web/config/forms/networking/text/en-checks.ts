/** Why an expression cannot be read is said in English by whoever reads it; other languages translate it. */
const asTheyAre: Readonly<Record<string, string>> = {}

/** What is wrong with one entry of a form about routing. `{{entry}}` is the entry. */
export const enFormChecks = {
  host: '“{{entry}}” is no host: letters, digits and hyphens between dots, as reviews.shop.svc.cluster.local.',
  wildcard: 'A wildcard stands alone or first, before a dot: *.shop.example.',
  noWildcard: 'A destination is one host: a wildcard cannot be called.',
  noAddress: 'An IP address is no hostname here.',
  upperCase: 'Hostnames are written in lower case here.',
  serverHost: '“{{entry}}” is neither a host nor namespace/host: shop.example, */shop.example, ./shop.example.',
  gatewayName: '“{{entry}}” is neither mesh nor a gateway’s name or namespace/name.',
  exportTo: 'Says “.” (this namespace), “*” (all), “~” (none) or the name of a namespace.',
  name: '“{{entry}}” is no name of an object: lower-case letters, digits, hyphens, dots.',
  label: '“{{entry}}” is no name: at most 63 letters, digits and hyphens, beginning and ending with a letter or digit.',
  portName: '“{{entry}}” is no name of a port: lower-case letters, digits and hyphens.',
  regex: 'RE2 cannot read this expression: {{why}}.',
  regexLong: 'An expression has at most 1024 characters.',
  regexWhy: asTheyAre,
  cidr: '“{{entry}}” is no IP address, alone or with a prefix length: 10.0.0.0/8.',
  header: '“{{entry}}” is no name of a header: no blanks, no colon.',
  method: '“{{entry}}” is no HTTP method: GET, POST …',
  origin: '“{{entry}}” is no origin: https://shop.example, or * for all.',
  path: 'A path begins with “/”.',
  retryOn: 'Envoy knows no condition “{{entry}}”.',
  grpcStatus: 'gRPC knows no status “{{entry}}”.',
  locality: '“{{entry}}” is no locality: region/zone/subzone, each may be * at the end.',
  errorStatus: 'Only answers from 400 to 599 can be tried again.',
  sha256: 'This is no SHA-256 in hexadecimal: 64 digits, or 32 pairs with colons.',
  base64: 'This is no SHA-256 in base64: 44 characters that end with “=”.',
  address: '“{{entry}}” is neither an IP address nor a hostname.',
}
export type FormChecks = typeof enFormChecks
