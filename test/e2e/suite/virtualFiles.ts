/** A file system without a disk, as an editor has where a repository is browsed without a clone. */
import * as vscode from "vscode"

/** Registers read-only files under `vscode-vfs:`, by path. */
export function virtualFiles(files: Readonly<Record<string, string>>): vscode.Disposable {
  const text = (uri: vscode.Uri): Uint8Array => {
    const content = files[uri.path]
    if (content === undefined) throw vscode.FileSystemError.FileNotFound(uri)
    return new TextEncoder().encode(content)
  }
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions("read-only")
  }
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => new vscode.Disposable(() => {}),
    stat: (uri) => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: text(uri).length }),
    readDirectory: () => [],
    readFile: text,
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  }
  return vscode.workspace.registerFileSystemProvider("vscode-vfs", provider, { isReadonly: true })
}
