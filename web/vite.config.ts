import { readFileSync } from 'node:fs'
import { defineConfig } from 'vite'
import { en } from './i18n/en.ts'
import { ja } from './i18n/ja.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * The web client: `web/` → `web/dist`, hashed files under `assets/`, nothing inline, so that the strictest
 * content security policy holds (SECURITY 43).
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  // No preset: the JSX of the bundler is enough, and Babel stays out.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  define: { 'import.meta.env.NIGHTPOST_VERSION': JSON.stringify(version) },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  plugins: [
    {
      name: 'nightpost-languages',
      /** tsc refuses a missing key too; the build does it for those who only build. */
      buildStart() {
        const missing = [
          ...Object.keys(en).filter((key) => !(key in ja)),
          ...Object.keys(ja).filter((key) => !(key in en)),
        ]
        if (missing.length > 0) this.error(`texts without a translation: ${missing.join(', ')}`)
      },
    },
  ],
})
