import { registerHooks } from 'node:module'

// For controls: loaded into the real program before anything of it (node --import), this takes the locks out of its
// statements, so that the same race must be lost.

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!/\/src\/.*\.ts$/.test(url) || !loaded.source) return loaded
    return { ...loaded, source: String(loaded.source).replace(/\bfor update( of \w+)?/g, '') }
  },
})
