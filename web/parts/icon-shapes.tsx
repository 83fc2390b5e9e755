/** Shapes of design/icons.svg: 20 × 20, line 1.5, one colour; presence marks (p-*) are 16 × 16, the logo 32 × 32. */
export const SHAPES = {
  's-queued': {
    box: 20,
    shape: () => (
      <>
        <g
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <circle cx="10" cy="10" r="7" />
          <path d="M10 6v4.3l2.8 1.7" />
        </g>
      </>
    ),
  },
  's-mailed': {
    box: 20,
    shape: () => (
      <>
        <g
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <rect x="2.75" y="4.5" width="14.5" height="11" rx="1.75" />
          <path d="M3.6 6.2 10 11.2l6.4-5" />
        </g>
      </>
    ),
  },
  's-delivered': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m4 10.6 4 4L16 6"
          fill="none"
          stroke="currentColor"
          stroke-width="1.75"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  's-read': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m1.6 10.8 3.6 3.8L12.6 6M8.9 13.5l1.1 1.1L17.9 6"
          fill="none"
          stroke="currentColor"
          stroke-width="1.75"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  's-expired': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M5 3h10M5 17h10M6.3 3v2.4c0 2.3 3.7 3 3.7 4.6s-3.7 2.3-3.7 4.6V17M13.7 3v2.4c0 2.3-3.7 3-3.7 4.6s3.7 2.3 3.7 4.6V17"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  's-refused': {
    box: 20,
    shape: () => (
      <>
        <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round">
          <circle cx="10" cy="10" r="7" />
          <path d="m7.5 7.5 5 5m0-5-5 5" />
        </g>
      </>
    ),
  },
  's-outbox': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M3 11.5v3.75C3 16.2 3.8 17 4.75 17h10.5c.95 0 1.75-.8 1.75-1.75V11.5M10 12.5v-9M6.5 7 10 3.5 13.5 7"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'p-available': {
    box: 16,
    shape: () => (
      <>
        <circle cx="8" cy="8" r="7" fill="currentColor" />
        <path
          d="m4.8 8.3 2.2 2.2 4.2-4.7"
          fill="none"
          stroke="var(--mark-gap)"
          stroke-width="1.8"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'p-brb': {
    box: 16,
    shape: () => (
      <>
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
        <path d="M8 1a7 7 0 0 0 0 14z" fill="currentColor" />
      </>
    ),
  },
  'p-away': {
    box: 16,
    shape: () => (
      <>
        <path d="M9.9 1.3A7 7 0 1 0 14.8 9.4 5.9 5.9 0 0 1 9.9 1.3z" fill="currentColor" />
      </>
    ),
  },
  'p-offline': {
    box: 16,
    shape: () => (
      <>
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
      </>
    ),
  },
  'p-appear-offline': {
    box: 16,
    shape: () => (
      <>
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-dasharray="3.14"
        />
      </>
    ),
  },
  'p-busy': {
    box: 16,
    shape: () => (
      <>
        <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="2.5" fill="currentColor" />
      </>
    ),
  },
  'p-dnd': {
    box: 16,
    shape: () => (
      <>
        <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
        <path d="M4.8 8h6.4" stroke="var(--mark-gap)" stroke-width="2.2" stroke-linecap="round" />
      </>
    ),
  },
  'p-presenting': {
    box: 16,
    shape: () => (
      <>
        <rect x="1" y="2" width="14" height="9.5" rx="1.6" fill="currentColor" />
        <path d="M8 11v3M4.8 14.2h6.4" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
      </>
    ),
  },
  'p-off-work': {
    box: 16,
    shape: () => (
      <>
        <path d="M8 1.6 14.6 7.4v6a1.2 1.2 0 0 1-1.2 1.2H2.6a1.2 1.2 0 0 1-1.2-1.2v-6z" fill="currentColor" />
        <path d="M8 14.6v-4" stroke="var(--mark-gap)" stroke-width="2.4" stroke-linecap="butt" />
      </>
    ),
  },
  'i-lamp': {
    box: 20,
    shape: () => (
      <>
        <g
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <path d="M10 2v3M4.2 11.5a5.8 5.8 0 0 1 11.6 0z" />
          <path d="M10 14.6v2.6M5.9 14.2l-1.3 2M14.1 14.2l1.3 2" />
        </g>
      </>
    ),
  },
  'i-letterbox': {
    box: 20,
    shape: () => (
      <>
        <g
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        >
          <path d="M6.2 8.2V3.9c0-.5.4-.9.9-.9h5.8c.5 0 .9.4.9.9v4.3" />
          <path d="M3 8.2h14v7.05c0 .95-.8 1.75-1.75 1.75H4.75C3.8 17 3 16.2 3 15.25zM6.5 11.6h7" />
        </g>
      </>
    ),
  },
  'i-search': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M14.25 9A5.25 5.25 0 1 1 3.75 9a5.25 5.25 0 0 1 10.5 0zM13 13l4 4"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
        />
      </>
    ),
  },
  'i-send': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M3.5 10h12.3M11 5.2l4.8 4.8-4.8 4.8"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-edit': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m4 16 .8-3.4 8.4-8.4a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2l-8.4 8.4zM11.6 5.8l2.6 2.6"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-copy': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M8.75 7h6.5C16.2 7 17 7.8 17 8.75v6.5c0 .95-.8 1.75-1.75 1.75h-6.5C7.8 17 7 16.2 7 15.25v-6.5C7 7.8 7.8 7 8.75 7zM13 7V4.75C13 3.8 12.2 3 11.25 3h-6.5C3.8 3 3 3.8 3 4.75v6.5c0 .95.8 1.75 1.75 1.75H7"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-resend': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M16.5 10a6.5 6.5 0 1 1-2-4.7M16.7 2.9v3.2h-3.2"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-history': {
    box: 20,
    shape: () => (
      <path
        d="M3.5 10a6.5 6.5 0 1 0 2-4.7M3.3 2.9v3.2h3.2M10 6.5v3.8l2.5 1.5"
        fill="none"
        stroke="currentColor"
        stroke-width="1.5"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    ),
  },
  'i-more': {
    box: 20,
    shape: () => (
      <>
        <g fill="currentColor">
          <circle cx="4.5" cy="10" r="1.4" />
          <circle cx="10" cy="10" r="1.4" />
          <circle cx="15.5" cy="10" r="1.4" />
        </g>
      </>
    ),
  },
  'i-plus': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M10 4v12M4 10h12"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
        />
      </>
    ),
  },
  'i-person': {
    box: 20,
    shape: () => (
      <>
        <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round">
          <circle cx="10" cy="6.8" r="3.1" />
          <path d="M4 16.6a6 6 0 0 1 12 0" />
        </g>
      </>
    ),
  },
  'i-people': {
    box: 20,
    shape: () => (
      <>
        <g fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round">
          <circle cx="7.5" cy="7" r="2.8" />
          <path d="M2.4 16.2a5.1 5.1 0 0 1 10.2 0M13 4.4a2.8 2.8 0 0 1 0 5.2M14.3 11.5a5.1 5.1 0 0 1 3.3 4.7" />
        </g>
      </>
    ),
  },
  'i-close': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m5 5 10 10M15 5 5 15"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
        />
      </>
    ),
  },
  'i-back': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M16.5 10H4.2M9 5.2 4.2 10 9 14.8"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-down': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m5.5 8 4.5 4.5L14.5 8"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-right': {
    box: 20,
    shape: () => (
      <>
        <path
          d="m8 5.5 4.5 4.5L8 14.5"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-trash': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M3.8 5.5h12.4M8 5.5V4c0-.55.45-1 1-1h2c.55 0 1 .45 1 1v1.5M5.4 5.5l.7 10.3c.05.7.6 1.2 1.3 1.2h5.2c.7 0 1.25-.5 1.3-1.2l.7-10.3"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-warning': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M9.1 3.9a1 1 0 0 1 1.8 0l6.3 11.2a1 1 0 0 1-.9 1.5H3.7a1 1 0 0 1-.9-1.5zM10 8v3.6M10 14v.01"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  'i-info': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 9.3v4M10 6.6v.01"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
        />
      </>
    ),
  },
  'i-no-network': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M2.8 8.3a10.3 10.3 0 0 1 3.4-2.2M17.2 8.3a10.2 10.2 0 0 0-7.1-2.8M5.6 11.3a6.2 6.2 0 0 1 3-1.7M14.4 11.3l-.6-.5M10 15.4v.01M4 3.6 16.4 16"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
        />
      </>
    ),
  },
  'i-eye': {
    box: 20,
    shape: () => (
      <>
        <path
          d="M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM12.3 10a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 0 1 4.6 0z"
          fill="none"
          stroke="currentColor"
          stroke-width="1.5"
          stroke-linejoin="round"
        />
      </>
    ),
  },
  logo: {
    box: 32,
    shape: () => (
      <>
        <rect width="32" height="32" rx="8" fill="#1b3247" />
        <path d="M8.5 23 5 32h22l-3.5-9z" fill="#f5b64a" opacity=".28" />
        <path d="M9.2 5.5h13.6c.9 0 1.7.8 1.7 1.7V20h-17V7.2c0-.9.8-1.7 1.7-1.7z" fill="#edf3f7" />
        <path
          d="m8.2 7.2 7.8 6.3 7.8-6.3"
          fill="none"
          stroke="#1b3247"
          stroke-width="2"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
        <rect x="4.5" y="19.2" width="23" height="4" rx="2" fill="#f5b64a" />
      </>
    ),
  },
} as const

export type IconName = keyof typeof SHAPES
