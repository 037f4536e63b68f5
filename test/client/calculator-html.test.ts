import assert from "node:assert/strict"
import { calculatorHtml } from "../../client/src/calculatorHtml.ts"

const html = (start: unknown): string =>
  calculatorHtml({ script: "vs:/a.js", style: "vs:/a.css", source: "https://files.test", nonce: "n0nce", start })

describe("the calculator's page as a text", () => {
  it("runs the one script with the nonce, and loads nothing from elsewhere", () => {
    const text = html(undefined)
    assert.match(text, /default-src &#39;none&#39;; script-src &#39;nonce-n0nce&#39;; style-src https:\/\/files\.test/)
    assert.doesNotMatch(text, /unsafe|<style|style=|onload|onclick/)
    assert.equal([...text.matchAll(/<script/g)].length, 1)
    assert.match(text, /data-start="null"/)
  })

  it("carries any state without ending its attribute", () => {
    const start = { memory: `"><script>alert('&')</script>` }
    const text = html(start)
    assert.equal([...text.matchAll(/<script/g)].length, 1)
    const kept = /data-start="([^"]*)"/.exec(text)?.[1] ?? ""
    assert.deepEqual(JSON.parse(kept.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))), start)
  })
})
