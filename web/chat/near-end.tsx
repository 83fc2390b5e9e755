import { useEffect, useRef } from 'preact/hooks'

/** Something below the last row that tells when it is nearly in view. */
export function NearEnd({ reached }: { reached: () => void }) {
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(reached)
  latest.current = reached
  useEffect(() => {
    const element = mark.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && latest.current(),
      { root: element.closest('.talks, .away-page'), rootMargin: '600px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return <div ref={mark} class="near-end" />
}
