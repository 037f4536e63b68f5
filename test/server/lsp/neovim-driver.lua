-- Drives a headless Neovim as its user would and writes what it sees as JSON. Arguments in the environment:
-- SHUFFLEWISE_FILE the Python file, SHUFFLEWISE_REPORT where to write.
local report = { messages = {} }

local function finish(problem)
  report.problem = problem
  local file = io.open(vim.env.SHUFFLEWISE_REPORT, "w")
  file:write(vim.fn.json_encode(report))
  file:close()
  vim.cmd("qall!")
end

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    finish("waited in vain for " .. what)
  end
end

local function shown()
  return vim.tbl_map(function(one)
    return { line = one.lnum + 1, code = one.code, source = one.source, message = one.message }
  end, vim.diagnostic.get(0))
end

local function request(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 20000) or {}) do
    if answer.result then return answer.result end
  end
end

local function client()
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return get()[1]
end

local ok, problem = pcall(function()
  vim.cmd("edit " .. vim.env.SHUFFLEWISE_FILE)
  wait("the first diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
  report.first = shown()

  local target = vim.tbl_filter(function(one) return one.code == "count-as-emptiness" end, vim.diagnostic.get(0))[1]
  local position = { line = target.lnum, character = target.col }
  local document = vim.lsp.util.make_text_document_params()
  local diagnostics = { target.user_data.lsp }
  -- Neovim of old kept only a part of the diagnostic.
  if diagnostics[1].range == nil then
    local finish_at = { line = target.end_lnum, character = target.end_col }
    diagnostics[1] = vim.tbl_extend("keep", diagnostics[1], {
      range = { start = position, ["end"] = finish_at },
      message = target.message,
      source = target.source,
      code = target.code,
    })
  end
  local actions = request("textDocument/codeAction", {
    textDocument = document,
    range = diagnostics[1].range,
    context = { diagnostics = diagnostics },
  })
  report.actions = vim.tbl_map(function(one) return one.title end, actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, client().offset_encoding or "utf-16")
  report.fixed = vim.api.nvim_buf_get_lines(0, target.lnum, target.lnum + 1, false)[1]
  wait("the finding to go", function()
    return #vim.tbl_filter(function(one) return one.code == "count-as-emptiness" end, vim.diagnostic.get(0)) == 0
  end)
  report.second = shown()

  local hover = request("textDocument/hover", { textDocument = document, position = { line = 4, character = 1 } })
  report.hover = hover and hover.contents.value
  report.settings = client().config.settings
end)
finish(not ok and tostring(problem) or nil)
