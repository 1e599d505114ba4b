(* SPDX-License-Identifier: GPL-2.0-or-later *)
(* read IMAGE: reads the first partition and tells what it saw; then the reason of an error, whose first word is the name of the call. *)
let () =
  let g = new Guestfs.guestfs () in
  g#add_drive_opts ~readonly:true ~format:"raw" Sys.argv.(1);
  g#launch ();
  List.iter (fun (device, kind) -> Printf.printf "%s %s\n" device kind) (g#list_filesystems ());
  g#mount_ro "/dev/sda1" "/";
  print_string (g#read_file "/hello.txt");
  Array.iter print_endline (g#ls "/");
  Printf.printf "%Ld\n" (g#statns "/hello.txt").Guestfs.st_size;
  Array.iter
    (fun { Guestfs.part_num; part_start; part_size; _ } -> Printf.printf "%ld %Ld %Ld\n" part_num part_start part_size)
    (g#part_list "/dev/sda");
  (try ignore (g#read_file "/none") with
   | Guestfs.Error message ->
     let colon = String.index message ':' in
     print_endline (String.sub message (colon + 2) (String.length message - colon - 2)));
  Printf.printf "%d\n" (g#last_errno ());
  g#shutdown ();
  g#close ()
