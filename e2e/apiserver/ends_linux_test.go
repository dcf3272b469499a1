package apiserver_test

import (
	"os/exec"
	"syscall"
)

// ends makes a program end with the test, also when that is killed.
func ends(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
