import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html } from './html.ts'

test('what is put into markup is text, in elements and in attributes', () => {
  const evil = `<script>alert("1")</script> & 'x'`
  expect(html`<a title="${evil}">${evil}</a>`.text).toBe(
    '<a title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;">' +
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</a>',
  )
})

test('markup inside markup stays, lists are joined, and nothing is shown of nothing', () => {
  const items = ['a', 'b<'].map(item => html`<li>${item}</li>`)
  expect(html`<ul>${items}</ul>${null}${undefined}${false}${''}${0}`.text).toBe('<ul><li>a</li><li>b&lt;</li></ul>0')
})

test('no text leaves the element that it is in', () => {
  fc.assert(fc.property(fc.string(), text => !/[<>"']/.test(html`${text}`.text)))
})
