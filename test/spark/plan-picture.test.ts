import assert from "node:assert/strict"
import { marked, planPicture } from "./plan-picture.ts"

const shuffled = `AdaptiveSparkPlan isFinalPlan=true
+- == Final Plan ==
   ResultQueryStage 3
   +- *(3) Project [id#25L, fee#36]
      +- *(3) SortMergeJoin [status#32], [status#33], LeftOuter
         :- AQEShuffleRead local
         :  +- ShuffleQueryStage 0
         :     +- Exchange hashpartitioning(status#32, 4), ENSURE_REQUIREMENTS, [plan_id=57]
         :        +- *(1) HashAggregate(keys=[status#32], functions=[partial_sum(amount#28)], output=[status#32])
         :           +- *(1) ColumnarToRow
         :              +- FileScan parquet [amount#28,status#32] Batched: true, PartitionFilters: []
         +- BroadcastQueryStage 2
            +- Exchange RoundRobinPartitioning(2), REPARTITION_BY_NUM, [plan_id=580]
               +- *(2) Scan ExistingRDD[status#33,rate#34]
+- == Initial Plan ==
   Project [id#25L]
`

describe("the drawing of a plan", () => {
  it("has what costs, and nothing of what every plan has", () => {
    assert.deepEqual(planPicture(shuffled), [
      "SortMergeJoin LeftOuter",
      "├ Exchange hashpartitioning(status)",
      "│ └ HashAggregate by status (partial)",
      "│   └ Scan parquet",
      "└ Exchange RoundRobinPartitioning(2)",
      "  └ Scan ExistingRDD",
    ])
  })

  it("is empty for an empty plan", () => {
    assert.deepEqual(planPicture(""), [])
  })

  it("marks what the other does less often", () => {
    const good = ["A", "└ Exchange", "  └ Scan"]
    assert.deepEqual(marked(["B", "├ Exchange", "│ └ Scan", "└ Exchange"], good), [
      "B  ◄",
      "├ Exchange",
      "│ └ Scan",
      "└ Exchange  ◄",
    ])
  })
})
