/** Two soft tones, rising; our own, so that no file is loaded and no other product is heard (design README section 10). */
const TONES: readonly (readonly [hertz: number, afterS: number])[] = [
  [587, 0],
  [784, 0.14],
]
const LOUD = 0.08
const LONG_S = 0.32

let audio: AudioContext | undefined

/** Before the person has touched the page the browser keeps it silent; that is its rule, not an error. */
export function playTone(): void {
  try {
    audio ??= new AudioContext()
    const context = audio
    void context.resume().then(() => {
      for (const [hertz, afterS] of TONES) tone(context, hertz, context.currentTime + afterS)
    })
  } catch {
    // No sound device.
  }
}

function tone(context: AudioContext, hertz: number, at: number): void {
  const source = new OscillatorNode(context, { type: 'sine', frequency: hertz })
  const volume = new GainNode(context, { gain: 0 })
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LONG_S)
  source.connect(volume).connect(context.destination)
  source.start(at)
  source.stop(at + LONG_S)
}
