/** A lamp lights a letterbox at night; drawn once, on the sign-in page only (design README section 1). */
export function NightPicture() {
  return (
    <svg viewBox="0 0 800 900" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <linearGradient id="np-sky" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#0b1621" />
          <stop offset=".62" stop-color="#16293a" />
          <stop offset="1" stop-color="#22405a" />
        </linearGradient>
        <linearGradient id="np-beam" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color="#f9c76a" stop-opacity=".62" />
          <stop offset="1" stop-color="#f9c76a" stop-opacity=".05" />
        </linearGradient>
        <radialGradient id="np-halo">
          <stop offset="0" stop-color="#f9c76a" stop-opacity=".5" />
          <stop offset="1" stop-color="#f9c76a" stop-opacity="0" />
        </radialGradient>
        <radialGradient id="np-pool">
          <stop offset="0" stop-color="#f9c76a" stop-opacity=".5" />
          <stop offset="1" stop-color="#f9c76a" stop-opacity="0" />
        </radialGradient>
      </defs>
      <rect width="800" height="900" fill="url(#np-sky)" />
      <g fill="#dbe8f2">
        <circle cx="60" cy="70" r="1.2" opacity="0.8" />
        <circle cx="140" cy="120" r="1.8" opacity="0.55" />
        <circle cx="230" cy="52" r="1" opacity="0.4" />
        <circle cx="330" cy="150" r="1.2" opacity="0.8" />
        <circle cx="420" cy="80" r="1.8" opacity="0.55" />
        <circle cx="540" cy="58" r="1" opacity="0.4" />
        <circle cx="700" cy="96" r="1.2" opacity="0.8" />
        <circle cx="90" cy="230" r="1.8" opacity="0.55" />
        <circle cx="260" cy="250" r="1" opacity="0.4" />
        <circle cx="490" cy="210" r="1.2" opacity="0.8" />
        <circle cx="760" cy="220" r="1.8" opacity="0.55" />
        <circle cx="660" cy="300" r="1" opacity="0.4" />
        <circle cx="40" cy="330" r="1.2" opacity="0.8" />
        <circle cx="180" cy="345" r="1.8" opacity="0.55" />
      </g>
      <path d="M628 128a46 46 0 1 0 32 66 38 38 0 0 1-32-66z" fill="#dbe8f2" opacity=".88" />
      <path d="M0 640c90-62 170-70 262-34 96 38 170 6 262-36 92-40 180-30 276 18v312H0z" fill="#14283a" />
      <g fill="#0f2030">
        <path d="M0 690c120-40 240-44 380-22 160 26 280 8 420-24v256H0z" />
        <path d="M86 676v-70l44-34 44 34v70zM196 680v-46l30-24 30 24v48z" />
        <path d="M592 668v-92l52-38 52 38v92zM712 660v-52l30-22 30 22v52z" />
      </g>
      <g fill="#f5b64a">
        <rect x="118" y="616" width="11" height="14" rx="1.5" opacity=".85" />
        <rect x="134" y="616" width="11" height="14" rx="1.5" opacity=".85" />
        <rect x="632" y="590" width="12" height="15" rx="1.5" opacity=".6" />
      </g>
      <path d="M0 760c160-30 320-30 470-14 120 12 220 8 330-8v162H0z" fill="#0b1925" />

      <circle cx="322" cy="398" r="150" fill="url(#np-halo)" />
      <path d="M292 404h60l118 392H174z" fill="url(#np-beam)" />
      <ellipse cx="322" cy="796" rx="196" ry="30" fill="url(#np-pool)" />
      <path
        d="M212 800V352a56 56 0 0 1 56-56h26a28 28 0 0 1 28 28v32"
        fill="none"
        stroke="#05101a"
        stroke-width="11"
        stroke-linecap="round"
      />
      <path d="M196 806a16 12 0 0 1 32 0z" fill="#05101a" />
      <path d="M274 404a48 48 0 0 1 96 0z" fill="#05101a" />
      <path d="M304 404a18 15 0 0 0 36 0z" fill="#ffe2a6" />

      <path d="M318 806v-96h24v96z" fill="#05101a" />
      <path d="M266 720v-92a64 64 0 0 1 128 0v92a8 8 0 0 1-8 8H274a8 8 0 0 1-8-8z" fill="#8f2f26" />
      <path d="M266 720v-92a64 64 0 0 1 22-48v148h-14a8 8 0 0 1-8-8z" fill="#6d221c" />
      <g transform="rotate(-7 330 606)">
        <path d="M290 560h84v62h-84z" fill="#f3f7fa" />
        <path
          d="m290 560 42 32 42-32"
          fill="none"
          stroke="#a9b9c5"
          stroke-width="3"
          stroke-linejoin="round"
        />
      </g>
      <path d="M288 614h92v106h-92z" fill="#8f2f26" />
      <rect x="280" y="608" width="100" height="12" rx="6" fill="#f5b64a" />
      <rect
        x="306"
        y="648"
        width="48"
        height="34"
        rx="4"
        fill="none"
        stroke="#f3d9b0"
        stroke-width="3"
        opacity=".8"
      />
      <path
        d="M314 660h32M314 670h20"
        stroke="#f3d9b0"
        stroke-width="3"
        stroke-linecap="round"
        opacity=".8"
      />
    </svg>
  )
}
