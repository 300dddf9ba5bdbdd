import type { NetworkingTexts } from './text/en.ts'
import type { Case, Field, MapField, OneOfField, Say, Suggest } from '#web/config/forms/form.ts'
import { regex } from './checks.ts'

type Texts = NetworkingTexts
interface Options {
  suggest?: Suggest
  isTucked?: boolean
}

/** Istio's StringMatch: exact, prefix or regex. */
export const stringMatchAt = (key: string, say: Say<Texts>, options: Options = {}): OneOfField<Texts> => ({
  type: 'oneOf',
  at: [key],
  say,
  isOptional: true,
  cases: casesOf(options.suggest),
  ...(options.isTucked === true ? { isTucked: true } : {}),
})

/** An entry that is one: `at: []`. */
export const stringMatch: Field<Texts> = {
  type: 'oneOf',
  at: [],
  say: ({ route }) => route.value,
  cases: casesOf(),
}

/** Conditions by name. One that says nothing asks only whether the name is there. */
export const stringMatchesAt = (
  key: string,
  say: Say<Texts>,
  keyWords: Say<Texts>,
  check?: MapField<Texts>['check'],
): MapField<Texts> => ({
  type: 'map',
  at: [key],
  say,
  keyWords,
  value: { exact: '' },
  item: [{ ...stringMatch, isOptional: true } as OneOfField<Texts>],
  ...(check === undefined ? {} : { check }),
})

function casesOf(suggest?: Suggest): readonly Case<Texts>[] {
  const help = suggest === undefined ? {} : { suggest }
  return [
    {
      key: 'exact',
      value: '',
      say: ({ route }) => route.exact,
      fields: [{ type: 'text', at: [], say: ({ route }) => route.value, ...help }],
    },
    {
      key: 'prefix',
      value: '',
      say: ({ route }) => route.prefix,
      fields: [{ type: 'text', at: [], say: ({ route }) => route.value, ...help }],
    },
    {
      key: 'regex',
      value: '',
      say: ({ route }) => route.regex,
      fields: [{ type: 'text', at: [], say: ({ route }) => route.value, check: regex }],
    },
  ]
}
