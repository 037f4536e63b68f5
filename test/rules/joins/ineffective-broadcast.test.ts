import { ineffectiveBroadcast } from "../../../rules/joins/ineffective-broadcast.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import broadcast
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
codes = spark.read.parquet("codes")
`

describeRule(ineffectiveBroadcast, ({ fires, silent, fixes }) => {
  fires(
    "the left side of a left join",
    `${READ}joined = broadcast(codes).join(orders, "code", "left")
#        ^^^^^^^^^^^^^^^^ a left outer join keeps all rows of \`codes\` and can broadcast only \`orders\`
#                   | a left outer join with \`codes\` on the left
`,
  )
  fires(
    "the right side of a right join",
    `${READ}joined = orders.join(broadcast(codes), orders.code == codes.code, "right_outer")
#                    ^^^^^^^^^^^^^^^^ a right outer join keeps all rows of \`codes\`
`,
  )
  fires(
    "either side of a full join",
    `${READ}joined = orders.join(codes.hint("broadcast"), ["code"], "outer")
#                          ^^^^^^^^^^^^^^^^^ a full outer join keeps all rows of both sides and broadcasts neither
`,
  )
  fires(
    "the left side of a semi join",
    `${READ}joined = F.broadcast(codes).join(orders, "code", "left_semi")
#          ^^^^^^^^^^^^^^^^ a left-semi join keeps all rows of \`codes\`
`,
  )
  fires(
    "the left side of an anti join, hinted where it is made",
    `${READ}small = F.broadcast(codes).select("code")
#         ^^^^^^^^^^^^^^^^ can broadcast only \`orders\`
unused = small.join(orders, (small.code == orders.code) & (orders.qty > 1), how="anti")
`,
  )
  fires(
    "a key that is not known",
    `${READ}def keep(key):
    return broadcast(codes).join(orders, key, "left")
#          ^^^^^^^^^^^^^^^^ keeps all rows of \`codes\`
`,
  )

  silent("the right side of a left join", `${READ}orders.join(broadcast(codes), "code", "left").write.parquet("out")\n`)
  silent(
    "the left side of a right join",
    `${READ}broadcast(codes).join(orders, "code", "right").write.parquet("out")\n`,
  )
  silent("an inner join may broadcast either", `${READ}broadcast(codes).join(orders, "code").write.parquet("out")\n`)
  silent("no hint at all", `${READ}codes.join(orders, "code", "left").write.parquet("out")\n`)
  silent(
    "a nested loop does broadcast the hinted side",
    `${READ}broadcast(codes).join(orders, codes.low < orders.qty, "left").write.parquet("out")\n`,
  )
  silent(
    "the other side is hinted too, and that works",
    `${READ}broadcast(codes).join(broadcast(orders), "code", "left").write.parquet("out")\n`,
  )
  silent("another hint", `${READ}codes.hint("merge").join(orders, "code", "left").write.parquet("out")\n`)
  silent("the kind of join is not known", `${READ}def f(how):\n    return broadcast(codes).join(orders, "code", how)\n`)
  silent(
    "the hint was for a join before this one",
    `${READ}orders.join(broadcast(codes), "code").join(spark.read.parquet("x"), "id", "left").write.parquet("out")\n`,
  )
  silent(
    "thrown away: discarded-result speaks of that",
    `${READ}broadcast(codes)\ncodes.join(orders, "code", "left").write.parquet("out")\n`,
  )
  silent(
    "a broadcast variable is another thing",
    `${READ}names = spark.sparkContext.broadcast({"a": 1})\ncodes.join(orders, "code", "left").write.parquet("out")\n`,
  )

  fixes(
    "moves the hint",
    `${READ}joined = broadcast(codes).join(orders, "code", "left")\n`,
    `${READ}joined = codes.join(F.broadcast(orders), "code", "left")\n`,
    { safety: "unsafe", title: "Move the hint to `orders`: fails for lack of memory if that is large" },
  )
  fixes(
    "drops the hint",
    `${READ}joined = orders.join(codes.hint("broadcast"), ["code"], "outer")\n`,
    `${READ}joined = orders.join(codes, ["code"], "outer")\n`,
    { safety: "safe", title: "Drop the hint on `codes`" },
  )
})
