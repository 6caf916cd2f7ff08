// Prints the blocks of a VolumeSnapshot, or those in which two differ, as JSON: what a backup program does, by the
// package that the sidecar's project offers to such programs.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/kubernetes-csi/external-snapshot-metadata/pkg/iterator"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Without a word on standard error, which kubectl logs mixes with the answer.
func configuration(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the cluster; empty in a pod")
	namespace := flag.String("namespace", "default", "where the snapshots are, and the service account")
	account := flag.String("account", "", "service account whose token is shown")
	snapshot := flag.String("snapshot", "", "name of the VolumeSnapshot")
	previous := flag.String("previous", "", "name of the one before: what has changed since; empty: all blocks that hold data")
	flag.Parse()

	config, err := configuration(*kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	clients, err := iterator.BuildClients(config)
	if err != nil {
		log.Fatal(err)
	}
	err = iterator.GetSnapshotMetadata(context.Background(), iterator.Args{
		Clients:          clients,
		Emitter:          &iterator.JSONEmitter{Writer: os.Stdout},
		Namespace:        *namespace,
		SnapshotName:     *snapshot,
		PrevSnapshotName: *previous,
		SANamespace:      *namespace,
		SAName:           *account,
	})
	if err != nil {
		log.Fatal(err)
	}
}
