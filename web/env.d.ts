/** What `vite.config.ts` puts in at build time. */
interface ImportMetaEnv {
  readonly NIGHTPOST_VERSION: string
}
interface ImportMeta {
  readonly env: ImportMetaEnv
}
