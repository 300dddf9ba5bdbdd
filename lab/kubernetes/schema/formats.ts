import { isIP, isIPv4, isIPv6 } from 'node:net'

/** The formats that the API server checks (k8s.io/kube-openapi, "strfmt"); any other one is taken as it is. */
const formats: Record<string, (value: string) => boolean> = {
  'date-time': value =>
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
  date: value => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
  byte: value => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value),
  duration: value => /^([+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$|^0$/.test(value),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: value => {
    const [address = '', size = '', ...rest] = value.split('/')
    const version = isIP(address)
    return version > 0 && rest.length === 0 && /^\d{1,3}$/.test(size) && Number(size) <= (version === 4 ? 32 : 128)
  },
  uri: value => URL.canParse(value),
  email: value => /^[^\s@]+@[^\s@]+$/.test(value),
  hostname: value =>
    /^([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$/.test(value),
  uuid: value => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value),
}

export const isOfFormat = (format: string, value: string): boolean => formats[format]?.(value) ?? true
