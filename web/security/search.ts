/** What the addresses of the security pages say, as text; what is not understood is dropped where it is read. */
export type SecuritySearch = Readonly<Record<string, string | undefined>>
export type OnSearch = (patch: Record<string, string | undefined>, isStep?: boolean) => void

export interface PageProps {
  search: SecuritySearch
  onSearch: OnSearch
  onGo: (href: string) => void
}

const longest = 2048
export const wordIn = (search: SecuritySearch, name: string): string => {
  const word: unknown = search[name]
  return typeof word === 'string' ? word.slice(0, longest) : ''
}
