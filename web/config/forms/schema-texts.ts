import type { Language } from '#web/ui/format.ts'

/** What a form made of a schema says beside the schema's own words, which come in the cluster's language. */
export interface SchemaTexts {
  noHelp: string
  item: (number: number) => string
  add: string
  addHelp: string
  key: string
  keyHelp: string
  value: string
  unsaid: string
  unsaidHelp: string
}

export const schemaTexts: Readonly<Record<Language, SchemaTexts>> = {
  en: {
    noHelp: 'The schema says nothing about it.',
    item: number => `Entry ${number}`,
    add: 'Entry',
    addHelp: 'One more of them.',
    key: 'Name',
    keyHelp: 'The name of the entry.',
    value: 'Value',
    unsaid: 'not said',
    unsaidHelp: 'The field is not there.',
  },
  'zh-CN': {
    noHelp: 'schema 没有说明。',
    item: number => `条目 ${number}`,
    add: '条目',
    addHelp: '再加一项。',
    key: '名称',
    keyHelp: '条目的名称。',
    value: '值',
    unsaid: '未指定',
    unsaidHelp: '不写这个字段。',
  },
}
