package page

import "strings"

// standIns are the programs that the rig is there instead of: its cluster is up, with its
// router and its agent.
const standIns = `kind() { :; }
helm() { :; }
kubectl() {
	case "$*" in
	*https://* | 'create namespace argocd') return ;;
	esac
	command kubectl "$@"
}
`

// Script is all that a page tells its reader to run, in its order, each line said before it
// runs. A second terminal is left out: the rig looks in its place.
func Script(page string) string {
	b := strings.Builder{}
	b.WriteString(standIns)
	for _, block := range blocks(page) {
		if strings.Contains(block, "port-forward") {
			continue
		}
		b.WriteString("cat <<'SAID'\n")
		for line := range strings.Lines(block) {
			b.WriteString("$ " + line)
		}
		b.WriteString("SAID\n" + block)
	}
	return b.String()
}

// blocks are the blocks of a page that are run: by its tests (sh), or in a cluster (bash).
func blocks(page string) []string {
	var all []string
	inside := false
	for line := range strings.Lines(page) {
		switch fence := strings.TrimSpace(line); {
		case !inside && (fence == "```sh" || fence == "```bash"):
			inside = true
			all = append(all, "")
		case fence == "```":
			inside = false
		case inside:
			all[len(all)-1] += line
		}
	}
	return all
}
