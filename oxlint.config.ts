import { defineConfig } from 'oxlint'

/**
 * The walls of the house as a program (see ARCHITECTURE.md). A room is a set of files and the places whose doors are
 * open to it. Every place not named is a wall.
 */
const features = ['topology', 'config', 'metrics', 'traces', 'logs', 'services', 'overview', 'security', 'proxies']

/** Every place of the house an import can lead to. Native regular expressions here know no look-ahead, so walls are listed. */
const places = [
  'shared/*.ts',
  'shared/mesh/',
  'bff/*.ts',
  'bff/http/',
  'bff/live/',
  'bff/mesh/',
  'bff/sources/',
  'bff/store/',
  'web/*.ts',
  'web/routes/',
  'web/shell/',
  'web/api/',
  'web/empty/',
  'web/ui/',
  'lab/',
  'e2e/',
  'scripts/',
  ...features.flatMap(feature => [`shared/${feature}/`, `bff/${feature}/`, `web/${feature}/`]),
]
const ground = 'shared/*.ts'
const mesh = 'shared/mesh/'
const onFloor = (floor: string) => places.filter(place => place.startsWith(`${floor}/`))

interface Room {
  files: string[]
  doors: string[]
  /** What the wall teaches whoever runs into it. */
  teaches: string
}

const featureRooms: Record<string, Room> = Object.fromEntries(
  features.flatMap(feature => [
    [
      `shared/${feature}`,
      {
        files: [`shared/${feature}/**`],
        doors: [ground, mesh, `shared/${feature}/`],
        teaches: `shared/${feature} may import the ground (shared/*.ts) and shared/mesh, never another feature.`,
      },
    ],
    [
      `bff/${feature}`,
      {
        files: [`bff/${feature}/**`],
        doors: [
          ground,
          mesh,
          `shared/${feature}/`,
          `bff/${feature}/`,
          'bff/http/',
          'bff/live/',
          'bff/mesh/',
          'bff/sources/',
          'bff/store/',
        ],
        teaches: `bff/${feature} may use its own contract, the common rooms of the BFF and the sources, never another feature.`,
      },
    ],
    [
      `web/${feature}`,
      {
        files: [`web/${feature}/**`],
        doors: [ground, mesh, `shared/${feature}/`, `web/${feature}/`, 'web/api/', 'web/empty/', 'web/ui/'],
        teaches: `web/${feature} may use its own contract, web/api, web/empty and web/ui; features meet in web/routes.tsx.`,
      },
    ],
  ]),
)

const rooms: Record<string, Room> = {
  'shared/*.ts': {
    files: ['shared/*.ts'],
    doors: [ground],
    teaches: 'The ground imports zod and itself, nothing else.',
  },
  'shared/mesh': {
    files: ['shared/mesh/**'],
    doors: [ground, mesh],
    teaches: 'shared/mesh holds nouns that two features say; it may import the ground, never a feature.',
  },
  'bff/http and bff/live': {
    files: ['bff/http/**', 'bff/live/**'],
    doors: [ground, mesh, 'bff/http/', 'bff/live/'],
    teaches: 'bff/http and bff/live serve any feature and know none: no sources, no features.',
  },
  'bff/sources': {
    files: ['bff/sources/**'],
    doors: [ground, mesh],
    teaches:
      'A source does not know what it is asked for: it may import the ground, shared/mesh and its client library.',
  },
  'bff/mesh': {
    files: ['bff/mesh/**'],
    doors: [ground, mesh, 'bff/mesh/', 'bff/http/', 'bff/sources/'],
    teaches:
      'bff/mesh reads calls out of samples and objects for every feature; it may import the sources and shared/mesh, never a feature.',
  },
  'bff/store': {
    files: ['bff/store/**'],
    doors: [ground, mesh, 'bff/store/'],
    teaches:
      'A store keeps what it is given and knows no feature: it may import the ground, shared/mesh and its engines.',
  },
  'bff/*.ts': {
    files: ['bff/*.ts'],
    doors: [...onFloor('shared'), ...onFloor('bff')],
    teaches: 'bff/app.ts and bff/main.ts wire the BFF; the page and the lab are on other floors.',
  },
  'web/ui': {
    files: ['web/ui/**'],
    doors: [ground, mesh, 'web/ui/'],
    teaches: 'web/ui holds parts without a story: no server, no feature, no router.',
  },
  'web/api': {
    files: ['web/api/**'],
    doors: [ground, mesh],
    teaches: 'web/api carries calls and messages; it knows neither features nor components.',
  },
  'web/empty': {
    files: ['web/empty/**'],
    doors: [ground, mesh, 'web/api/', 'web/empty/', 'web/ui/'],
    teaches: 'web/empty asks why a panel is empty and shows the answer; it knows no feature.',
  },
  'web/shell': {
    files: ['web/shell/**'],
    doors: [ground, mesh, 'web/api/', 'web/ui/'],
    teaches: 'The shell surrounds features and knows none of them; features meet in web/routes.tsx.',
  },
  'web/*.tsx': {
    files: ['web/*.ts', 'web/*.tsx', 'web/routes/**'],
    doors: [...onFloor('shared'), ...onFloor('web')],
    teaches: 'The page may not import the BFF or the lab.',
  },
  lab: {
    files: ['lab/**'],
    doors: ['lab/'],
    teaches: 'The lab is a twin: one that used our parsers would repeat our mistakes. It imports nothing of ours.',
  },
  e2e: {
    files: ['e2e/**'],
    doors: ['lab/', 'bff/*.ts'],
    teaches: 'End-to-end tests see what a person sees: they may start the lab and the BFF, nothing more.',
  },
  scripts: {
    files: ['scripts/**'],
    doors: [...onFloor('shared'), ...onFloor('bff'), 'lab/', 'e2e/'],
    teaches: 'Scripts start and measure; the page is measured from outside.',
  },
  ...featureRooms,
  'bff/config/lab.fixture.ts': {
    files: ['bff/config/lab.fixture.ts', 'bff/config/lab-shop.fixture.ts'],
    doors: ['lab/', 'bff/*.ts', 'bff/sources/', 'bff/store/'],
    teaches:
      'The doors through which tests of bff/config enter the lab: as a cluster like any other, or to ask what its mesh decides.',
  },
  'bff/proxies/lab.fixture.ts': {
    files: ['bff/proxies/lab.fixture.ts'],
    doors: ['lab/', 'bff/*.ts'],
    teaches: 'The door through which tests of bff/proxies enter the lab: a whole mesh, whose proxies tell their dumps.',
  },
  'scripts/forms.test.ts': {
    files: ['scripts/forms.test.ts'],
    doors: ['lab/', 'web/config/'],
    teaches: 'The one place where forms of the page are held against the schemas of a cluster.',
  },
}

/** Libraries that one file or folder may know, so that they can be replaced there. */
const lonelyLibraries: { library: string; home: string }[] = [
  { library: 'cytoscape', home: 'web/topology/canvas/' },
  { library: '@codemirror', home: 'web/config/editor/code/' },
  { library: 'echarts', home: 'web/ui/chart/' },
  { library: 'socket\\.io-client', home: 'web/api/' },
  { library: 'socket\\.io', home: 'bff/live/' },
  { library: 'undici', home: 'bff/sources/' },
  { library: 'pg', home: 'bff/store/' },
  { library: 'node:sqlite', home: 'bff/store/' },
]

const floorLibraries: Record<string, string[]> = {
  shared: ['react', 'express', 'node:.*', 'undici', 'socket\\.io.*'],
  web: ['node:.*', 'express', 'undici'],
  bff: ['react.*', '@mantine/.*'],
  lab: ['react.*', '@mantine/.*'],
}

const escape = (text: string) => text.replaceAll('.', '\\.').replaceAll('*', '[^/]+')

function walls(room: Room, file: string): { regex: string; message: string }[] {
  const floor = file.split('/')[0] ?? ''
  const patterns = places
    .filter(place => !room.doors.includes(place))
    .map(place => ({
      regex: `^#${escape(place.replace('*.ts', '*'))}${place.endsWith('/') ? '' : '$'}`,
      message: room.teaches,
    }))
  patterns.push({
    regex: '^\\.\\./',
    message: 'Across rooms write #floor/room/file.ts: every import says which wall it crosses.',
  })
  for (const library of floorLibraries[floor] ?? [])
    patterns.push({ regex: `^${library}$`, message: `The ${floor} floor runs without this library.` })
  if (floor !== 'e2e' && floor !== 'scripts')
    for (const { library, home } of lonelyLibraries)
      if (!file.startsWith(home))
        patterns.push({ regex: `^${library}(/.*)?$`, message: `Only ${home} knows this library.` })
  return patterns
}

/** A room, and the homes of lonely libraries inside it, each with its own walls. */
const overridesOf = (room: Room) => [
  { files: room.files, rules: { 'no-restricted-imports': wall(walls(room, room.files[0] ?? '')) } },
  ...lonelyLibraries
    .filter(({ home }) => room.files.some(glob => home.startsWith(glob.replace(/\*.*$/, ''))))
    .map(({ home }) => ({
      files: [home.endsWith('/') ? `${home}**` : home],
      rules: { 'no-restricted-imports': wall(walls(room, home)) },
    })),
]

const isGround = (room: Room) => room.files.some(glob => /^\w+\/\*\.tsx?$/.test(glob))

const wall = (patterns: { regex: string; message: string }[]): ['error', { patterns: typeof patterns }] => [
  'error',
  { patterns },
]

export default defineConfig({
  plugins: ['typescript', 'import', 'react', 'jsx-a11y', 'unicorn', 'oxc', 'promise'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['dist/**', 'node_modules/**', '.tools/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/unbound-method': 'off',
    'react/rules-of-hooks': 'error',
    'react/no-danger': 'error',
    // No tag says `status` beside a heading, `img` of an inline drawing, or a listbox under a text field.
    'jsx-a11y/prefer-tag-over-role': 'off',
    'jsx-a11y/no-noninteractive-element-to-interactive-role': [
      'error',
      { ul: ['listbox', 'menu'], li: ['option', 'menuitem'], table: ['grid', 'treegrid'], td: ['gridcell'] },
    ],
    'react/react-in-jsx-scope': 'off',
    'no-eval': 'error',
    eqeqeq: ['error', 'always', { null: 'ignore' }],
  },
  overrides: [
    // `*` also matches folders here and the last override wins: the ground of a floor comes before its rooms.
    ...Object.values(rooms)
      .toSorted((a, b) => Number(isGround(b)) - Number(isGround(a)))
      .flatMap(overridesOf),
    // Playwright reads what a fixture needs from its destructuring pattern: `{}` says nothing.
    { files: ['e2e/fixtures.ts'], rules: { 'no-empty-pattern': 'off' as const } },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' as const } },
  ],
})
