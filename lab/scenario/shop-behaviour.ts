import type { Behaviour, Scenario } from '#lab/contract.ts'
import { behaviour, get, grpc, http, post, tcp } from './calls.ts'
import { addresses, as, browsers, from, saying, shopper } from './clients.ts'

/** Who calls whom in the shop, how often per request, and how long it takes. Rates follow from 318 req/s at the gateway. */
export function shopBehaviours(): Behaviour[] {
  return [...gateways(), ...shop(), ...pay(), ...data(), ...logistics(), ...legacy()]
}

export const shopExternalHosts: Scenario['externalHosts'] = [
  { host: 'risk.cards.example', address: '198.51.100.24', latency: { median: 38, p99: 140 }, errorRatio: 0 },
  { host: 'smtp.mail.example', address: '198.51.100.80', latency: { median: 60, p99: 400 }, errorRatio: 0 },
]

const quiet: [number, number] = [0.6, 3]

const gateways = (): Behaviour[] => [
  behaviour('gateways', 'web-gateway-istio', quiet, [], {
    capacity: 2000,
    origin: {
      rate: 318,
      daily: 0.35,
      calls: [
        http('storefront.shop', 8080, 248 / 318, [
          from(addresses.home, get('/', 42_000, 31)),
          saying(browsers.beta, from(addresses.office, get('/', 42_000, 3))),
          saying(browsers.phone, from(addresses.mobile, get('/products/{id}', 58_000, 30))),
          as(shopper.ada, addresses.home, get('/products/{id}', 58_000, 11)),
          from(addresses.office, get('/search', 31_000, 10)),
          saying(browsers.phone, from(addresses.mobile, get('/search?sort=price', 31_000, 4))),
          as(shopper.grace, addresses.mobile, get('/cart', 12_000, 5)),
          as(shopper.late, addresses.office, get('/cart', 12_000, 0.4)),
          as(shopper.ada, addresses.home, get('/account/orders', 9000, 1.6)),
          as(shopper.ada, addresses.home, post('/checkout', 1800, 4200, 2)),
          as(shopper.grace, addresses.mobile, post('/checkout', 1800, 4200, 2)),
        ]),
        http('images.shop', 8080, 70 / 318, [
          from(addresses.mobile, get('/images/products/{id}.webp', 46_000, 9)),
          from(addresses.home, get('/images/banners/{id}.webp', 120_000, 1)),
        ]),
      ],
    },
  }),
  behaviour('gateways', 'egress-gateway', quiet, [
    http('risk.cards.example', 443, 1, [post('/v2/score', 900, 420)], { timeout: 3000 }),
  ]),
]

/** Both versions do the same; the newer one is a little faster. */
const storefront = (workload: string, latency: [number, number]): Behaviour =>
  behaviour(
    'shop',
    workload,
    latency,
    [
      http('catalog.shop', 8080, 186 / 248, [get('/products', 18_000, 3), get('/products/{id}', 6400, 7)], {
        parallel: true,
      }),
      http('search.shop', 8080, 64 / 248, [get('/query', 9200)], { parallel: true, timeout: 3000 }),
      http(
        'recommendations.shop',
        8080,
        148 / 248,
        [get('/for/{user}', 5200, 19), saying(browsers.beta, get('/for/{user}', 5200))],
        {
          parallel: true,
          optional: true,
          timeout: 2000,
        },
      ),
      http('cart.shop', 8080, 92 / 248, [get('/carts/{id}', 2100, 8), post('/carts/{id}/items', 320, 2200, 2)], {
        parallel: true,
      }),
      http('checkout.shop', 8080, 22.4 / 248, [post('/orders', 1600, 2400)]),
    ],
    { clientErrorRatio: 0.004, startup: 8 },
  )

const recommendations = (workload: string, latency: [number, number], errorRatio: number): Behaviour =>
  behaviour('shop', workload, latency, [http('catalog.shop', 8080, 131 / 148, [get('/products/batch', 14_000)])], {
    errorRatio,
  })

const shop = (): Behaviour[] => [
  storefront('storefront-v1', [14, 70]),
  storefront('storefront-v2', [11, 60]),
  behaviour(
    'shop',
    'catalog',
    [5, 28],
    [
      tcp('redis.data', 6379, 1, { sent: 120, received: 1670 }),
      tcp('postgres.data', 5432, 0.35, { sent: 380, received: 27_000 }),
    ],
  ),
  behaviour('shop', 'search', [22, 110], [http('catalog.shop', 8080, 40 / 64, [get('/products/batch', 16_000)])]),
  behaviour('shop', 'cart', [4, 22], [tcp('redis.data', 6379, 2, { sent: 210, received: 1590 })], {
    clientErrorRatio: 0.002,
  }),
  behaviour(
    'shop',
    'checkout',
    [18, 85],
    [
      http('cart.shop', 8080, 22.1 / 22.4, [get('/carts/{id}', 2100)]),
      grpc('inventory.logistics', 9090, 110 / 22.4, [
        post('/stock.v1.Inventory/Check', 140, 260, 7),
        post('/stock.v1.Inventory/Reserve', 220, 180, 3),
      ]),
      http('payments.pay', 8080, 21.8 / 22.4, [post('/v1/payments', 1400, 900)], { timeout: 6000 }),
      grpc('shipping.logistics', 9090, 20.2 / 22.4, [post('/shipping.v1.Shipping/Quote', 420, 640)]),
    ],
  ),
  recommendations('recommendations-v1', [16, 80], 0),
  // The canary fails now and then, so that a healthy mesh still has one thing to look at.
  recommendations('recommendations-v2', [13, 75], 0.006),
  behaviour('shop', 'images', [3, 40], [], { clientErrorRatio: 0.003, capacity: 800 }),
]

const pay = (): Behaviour[] => [
  behaviour(
    'pay',
    'payments',
    [12, 60],
    [
      grpc('fraud.pay', 9090, 21.4 / 21.8, [post('/risk.v1.Fraud/Score', 640, 120)], { timeout: 4000 }),
      http('ledger.pay', 8080, 20.9 / 21.8, [post('/entries', 820, 240)], { timeout: 5000 }),
    ],
  ),
  behaviour(
    'pay',
    'fraud',
    [9, 48],
    [http('risk.cards.example', 80, 1, [post('/v2/score', 900, 420)], { timeout: 3000 })],
  ),
  behaviour(
    'pay',
    'ledger',
    [8, 40],
    [
      tcp('postgres.data', 5432, 4, { sent: 2600, received: 11_500 }),
      tcp('kafka.data', 9092, 1, { sent: 1900, received: 90, callsPerConnection: 5000 }),
    ],
  ),
]

const data = (): Behaviour[] => [
  behaviour('data', 'postgres', [2.2, 18], [], { capacity: 1500, startup: 14 }),
  behaviour('data', 'redis', [0.4, 2.5], [], { capacity: 8000, startup: 4 }),
  behaviour('data', 'kafka', [1.8, 12], [], { capacity: 3000, startup: 18 }),
]

const logistics = (): Behaviour[] => [
  behaviour('logistics', 'waypoint', quiet, [], { capacity: 2000 }),
  behaviour(
    'logistics',
    'inventory',
    [6, 30],
    [
      tcp('postgres.data', 5432, 1, { sent: 420, received: 7580 }),
      grpc('notifications.logistics', 9090, 0.05, [post('/notify.v1.Notifications/Send', 520, 40)], { optional: true }),
    ],
  ),
  behaviour(
    'logistics',
    'shipping',
    [10, 55],
    [
      grpc('notifications.logistics', 9090, 19.6 / 20.2, [post('/notify.v1.Notifications/Send', 720, 40)], {
        optional: true,
      }),
    ],
  ),
  behaviour(
    'logistics',
    'notifications',
    [5, 26],
    [tcp('smtp.mail.example', 587, 0.28, { sent: 1700, received: 300, callsPerConnection: 1 }, { optional: true })],
  ),
]

const legacy = (): Behaviour[] => [
  behaviour('legacy', 'batch', [30, 200], [], {
    origin: {
      rate: 1.2,
      daily: 0,
      calls: [
        http('ledger.pay', 8080, 1, [get('/entries', 48_000)], { optional: true }),
        grpc('inventory.logistics', 9090, 0.015 / 1.2, [post('/stock.v1.Inventory/Export', 90, 64_000)], {
          optional: true,
        }),
      ],
    },
  }),
  behaviour('legacy', 'crm', [25, 140], [], {
    origin: {
      rate: 0.4,
      daily: 0.2,
      calls: [grpc('shipping.logistics', 9090, 1, [post('/shipping.v1.Shipping/Track', 120, 900)], { optional: true })],
    },
  }),
]
