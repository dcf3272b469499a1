package page

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestScript: what a page says is run in its order, and what the rig stands in for is not.
func TestScript(t *testing.T) {
	script := Script("# A page\n\n```bash\nkind create cluster\nkubectl create namespace argocd\nkubectl apply -f https://example.com/install.yaml\n```\n\n" +
		"```yaml\nno: command\n```\n\n```sh\necho one > file\n```\n\n```bash\nkubectl port-forward service/web 8080:80 &\n```\n\n" +
		"```bash\nkubectl get pods\ncat file\n```\n")
	dir := t.TempDir()
	kubectl := "#!/bin/sh\necho \"kubectl $*\"\n"
	if err := os.WriteFile(dir+"/kubectl", []byte(kubectl), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "-euc", script)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var ran []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "$ ") {
			ran = append(ran, strings.TrimSpace(line))
		}
	}
	if got := strings.Join(ran, "; "); got != "kubectl get pods; one" {
		t.Errorf("ran %s", got)
	}
}
